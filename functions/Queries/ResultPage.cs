using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Queries;

/// <summary>
/// One page of a query's result, <c>{"totalSize":…,"done":…,"nextRecordsUrl":…,"records":[…]}</c>: its bytes, and where in
/// them the results are that are not complete, its own and those of child subqueries in its records.
/// </summary>
internal sealed class ResultPage : IDisposable
{
    private readonly SalesforceReply _reply;

    private ResultPage(SalesforceReply reply, Result own, IReadOnlyList<Result> incomplete) =>
        (_reply, Own, Incomplete) = (reply, own, incomplete);

    public ReadOnlyMemory<byte> Bytes => _reply.Bytes;

    /// <summary>The page itself.</summary>
    public Result Own { get; }

    /// <summary>The child results that have more pages, in the order of <see cref="Result.RecordsEnd"/>.</summary>
    public IReadOnlyList<Result> Incomplete { get; }

    /// <summary>Reads where the parts of the page are; the page owns the reply from then on.</summary>
    /// <exception cref="ConnectorException">It is no such page.</exception>
    public static ResultPage Read(SalesforceReply reply)
    {
        try
        {
            return Scan(reply);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            reply.Dispose();
            throw new ConnectorException(
                Problem.Create(
                    ProblemKind.NoAnswer,
                    StatusCodes.Status502BadGateway,
                    ErrorCodes.UnexpectedReply,
                    $"Salesforce's reply is no page of a query's result: {e.Message}",
                    retryable: true),
                e);
        }
    }

    public void Dispose() => _reply.Dispose();

    private static ResultPage Scan(SalesforceReply reply)
    {
        var json = reply.Bytes.Span;
        var reader = new Utf8JsonReader(json);
        List<Result> incomplete = [];
        Stack<Result> open = [];
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    if (open.TryPeek(out var parent) && parent.RecordsDepth == reader.CurrentDepth)
                    {
                        parent.Count++;
                    }

                    open.Push(new Result());
                    break;
                case JsonTokenType.PropertyName:
                    ReadMember(ref reader, open.Peek());
                    break;
                case JsonTokenType.EndArray when open.TryPeek(out var owner) && owner.RecordsDepth == reader.CurrentDepth + 1:
                    owner.RecordsEnd = (int)reader.TokenStartIndex;
                    owner.RecordsDepth = 0;
                    break;
                case JsonTokenType.EndObject:
                    var result = open.Pop();
                    if (result.Next is not null)
                    {
                        // Now that all of the object is known to be there.
                        result.NextMember = WithComma(json, result.NextMember);
                    }

                    if (open.Count == 0)
                    {
                        return result.HasRecords
                            ? new ResultPage(reply, result, incomplete)
                            : throw new FormatException("it has no records");
                    }

                    if (result is { HasRecords: true, Next: not null })
                    {
                        incomplete.Add(result);
                    }

                    break;
            }
        }

        throw new FormatException("it is not an object");
    }

    private static void ReadMember(ref Utf8JsonReader reader, Result result)
    {
        // By their lengths first: most members are fields of records.
        switch (reader.ValueSpan.Length)
        {
            case 4 when reader.ValueTextEquals("done"u8):
                if (ReadValue(ref reader) is JsonTokenType.True or JsonTokenType.False)
                {
                    result.Done = ((int)reader.TokenStartIndex, (int)reader.BytesConsumed);
                }

                break;
            case 7 when reader.ValueTextEquals("records"u8):
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartArray)
                {
                    result.RecordsStart = (int)reader.BytesConsumed;
                    result.RecordsDepth = reader.CurrentDepth + 1;
                }
                else
                {
                    reader.Skip();
                }

                break;
            case 9 when reader.ValueTextEquals("totalSize"u8):
                if (ReadValue(ref reader) == JsonTokenType.Number)
                {
                    result.TotalSize = reader.GetInt32();
                }

                break;
            case 14 when reader.ValueTextEquals("nextRecordsUrl"u8):
                var start = (int)reader.TokenStartIndex;
                if (ReadValue(ref reader) == JsonTokenType.String)
                {
                    result.Next = NextRecordsUrl.Parse(reader.GetString()!);
                    result.NextMember = (start, (int)reader.BytesConsumed);
                }

                break;
        }
    }

    private static (int Start, int End) WithComma(ReadOnlySpan<byte> json, (int Start, int End) member)
    {
        var after = member.End;
        while (IsSpace(json[after]))
        {
            after++;
        }

        if (json[after] == (byte)',')
        {
            return (member.Start, after + 1);
        }

        // The last member of its object: the comma is before it, if it is not the only one.
        var before = member.Start;
        while (IsSpace(json[before - 1]))
        {
            before--;
        }

        return (json[before - 1] == (byte)',' ? before - 1 : member.Start, member.End);
    }

    private static bool IsSpace(byte character) => character is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    private static JsonTokenType ReadValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        var type = reader.TokenType;
        reader.Skip();
        return type;
    }

    /// <summary>A result, whole or in part: where its members are in the page's bytes.</summary>
    internal sealed class Result
    {
        /// <summary>How many records the query found.</summary>
        public int TotalSize { get; set; }

        /// <summary>How many of them are in this page.</summary>
        public int Count { get; set; }

        public NextRecordsUrl? Next { get; set; }

        /// <summary>The value of <c>done</c>.</summary>
        public (int Start, int End) Done { get; set; }

        /// <summary>The member <c>nextRecordsUrl</c>, with a comma that parts it from the others.</summary>
        public (int Start, int End) NextMember { get; set; }

        /// <summary>What follows the bracket that opens <c>records</c>.</summary>
        public int RecordsStart { get; set; }

        /// <summary>The bracket that closes <c>records</c>.</summary>
        public int RecordsEnd { get; set; }

        /// <summary>The depth of the records while they are being read.</summary>
        public int RecordsDepth { get; set; }

        public bool HasRecords => RecordsEnd > 0;
    }
}
