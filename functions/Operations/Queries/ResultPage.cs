using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Client;

namespace SalesforceConnector.Operations.Queries;

/// <summary>
/// One page of a query's result, <c>{"totalSize":…,"done":…,"nextRecordsUrl":…,"records":[…]}</c>: its bytes, and the
/// positions of the results that have more pages, both its own and those of child subqueries.
/// </summary>
internal sealed class ResultPage : IDisposable
{
    // Enough for five levels of child subqueries and the values in them.
    private const int MaxDepth = 200;

    private readonly SalesforceReply _reply;

    private ResultPage(SalesforceReply reply, Result own, IReadOnlyList<Result> incomplete) =>
        (_reply, TopLevel, Incomplete) = (reply, own, incomplete);

    public ReadOnlyMemory<byte> Bytes => _reply.Bytes;

    /// <summary>The page's own result.</summary>
    public Result TopLevel { get; }

    /// <summary>The child results that have more pages, ordered by <see cref="Result.RecordsEnd"/>.</summary>
    public IReadOnlyList<Result> Incomplete { get; }

    /// <summary>Parses the positions in a page. The page owns the reply from then on.</summary>
    /// <exception cref="ConnectorException">The reply is not a page of a query's result.</exception>
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
                    $"Salesforce's reply is not a page of a query's result: {e.Message}",
                    retryable: true),
                e);
        }
    }

    /// <summary>The ranges to remove to leave members out of a result, each with its separating comma.</summary>
    public IEnumerable<(int Start, int End)> Cut(params IEnumerable<(int Start, int End)> members)
    {
        (int Start, int End)? run = null;
        foreach (var member in members.OrderBy(member => member.Start))
        {
            if (run is { } before && IsNext(before, member))
            {
                run = (before.Start, member.End);
                continue;
            }

            if (run is { } ended)
            {
                yield return WithComma(Bytes.Span, ended);
            }

            run = member;
        }

        if (run is { } last)
        {
            yield return WithComma(Bytes.Span, last);
        }
    }

    public void Dispose() => _reply.Dispose();

    // Adjacent members, with only a comma between them.
    private bool IsNext((int Start, int End) member, (int Start, int End) next)
    {
        var json = Bytes.Span;
        var comma = SkipSpace(json, member.End);
        return json[comma] == (byte)',' && SkipSpace(json, comma + 1) == next.Start;
    }

    private static ResultPage Scan(SalesforceReply reply)
    {
        var reader = new Utf8JsonReader(reply.Bytes.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
        List<Result> incomplete = [];
        // The open objects: a result, a record (whose members are never those of a result) or another object.
        Stack<Result?> open = [];
        Stack<int> recordDepths = [];
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    if (open.Count == 0)
                    {
                        open.Push(new Result());
                    }
                    else if (open.Peek() is { } result && result.RecordsDepth == reader.CurrentDepth)
                    {
                        result.Count++;
                        recordDepths.Push(reader.CurrentDepth);
                        open.Push(null);
                    }
                    else
                    {
                        // A member of a record can be a result, that of a child subquery.
                        open.Push(open.Peek() is null && recordDepths.TryPeek(out var depth) && depth == reader.CurrentDepth - 1 ? new Result() : null);
                    }

                    break;
                case JsonTokenType.PropertyName when open.Peek() is { } result:
                    ReadMember(ref reader, result);
                    break;
                case JsonTokenType.EndArray when open.TryPeek(out var owner) && owner is not null && owner.RecordsDepth == reader.CurrentDepth + 1:
                    owner.RecordsEnd = (int)reader.TokenStartIndex;
                    owner.RecordsDepth = 0;
                    break;
                case JsonTokenType.EndObject:
                    if (recordDepths.TryPeek(out var record) && record == reader.CurrentDepth)
                    {
                        recordDepths.Pop();
                    }

                    var ended = open.Pop();
                    if (open.Count == 0)
                    {
                        return ended is { HasRecords: true, HasDone: true }
                            ? new ResultPage(reply, ended, incomplete)
                            : throw new FormatException("it has no records or no done");
                    }

                    if (ended is { HasRecords: true, HasDone: true, Next: not null })
                    {
                        incomplete.Add(ended);
                    }

                    break;
            }
        }

        throw new FormatException("it is not an object");
    }

    private static void ReadMember(ref Utf8JsonReader reader, Result result)
    {
        // Compares lengths first, because most members of most objects are irrelevant.
        var start = (int)reader.TokenStartIndex;
        switch (reader.ValueSpan.Length)
        {
            case 4 when reader.ValueTextEquals("done"u8):
                if (ReadValue(ref reader) is (JsonTokenType.True or JsonTokenType.False) and var done)
                {
                    result.IsDone = done == JsonTokenType.True;
                    result.Done = ((int)reader.TokenStartIndex, (int)reader.BytesConsumed);
                    result.DoneMember = (start, (int)reader.BytesConsumed);
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
                // For big and external objects, Salesforce sends -1 if the total is unknown.
                if (ReadValue(ref reader) == JsonTokenType.Number && reader.TryGetInt64(out var total))
                {
                    result.TotalSize = total < 0 ? null : total;
                }

                break;
            case 14 when reader.ValueTextEquals("nextRecordsUrl"u8):
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
        var after = SkipSpace(json, member.End);
        if (json[after] == (byte)',')
        {
            return (member.Start, after + 1);
        }

        // The last member of its object: removes the comma before it, unless it is the only member.
        var before = member.Start;
        while (IsSpace(json[before - 1]))
        {
            before--;
        }

        return (json[before - 1] == (byte)',' ? before - 1 : member.Start, member.End);
    }

    private static int SkipSpace(ReadOnlySpan<byte> json, int at)
    {
        while (IsSpace(json[at]))
        {
            at++;
        }

        return at;
    }

    private static bool IsSpace(byte character) => character is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    private static JsonTokenType ReadValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        var type = reader.TokenType;
        reader.Skip();
        return type;
    }

    /// <summary>A result, complete or not: the positions of its members in the page's bytes.</summary>
    internal sealed class Result
    {
        /// <summary>The number of records that the query found; <see langword="null"/> if Salesforce does not know it.</summary>
        public long? TotalSize { get; set; }

        /// <summary>The number of records in this page.</summary>
        public int Count { get; set; }

        public NextRecordsUrl? Next { get; set; }

        /// <summary>Whether this is the last page.</summary>
        public bool IsDone { get; set; }

        /// <summary>The value of <c>done</c>.</summary>
        public (int Start, int End) Done { get; set; }

        /// <summary>The member <c>done</c>.</summary>
        public (int Start, int End) DoneMember { get; set; }

        /// <summary>The member <c>nextRecordsUrl</c>.</summary>
        public (int Start, int End) NextMember { get; set; }

        /// <summary>The position after the bracket that opens <c>records</c>.</summary>
        public int RecordsStart { get; set; }

        /// <summary>The position of the bracket that closes <c>records</c>.</summary>
        public int RecordsEnd { get; set; }

        /// <summary>The depth of the records; used during parsing.</summary>
        public int RecordsDepth { get; set; }

        public bool HasRecords => RecordsEnd > 0;

        public bool HasDone => DoneMember.End > 0;
    }
}
