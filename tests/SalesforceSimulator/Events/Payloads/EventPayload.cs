using Avro.IO;
using SalesforceSimulator.Data;
using SalesforceSimulator.Events.Schemas;

namespace SalesforceSimulator.Events.Payloads;

/// <summary>Writes events in Avro's binary encoding.</summary>
internal static class EventPayload
{
    private const int Null = 0;
    private const int NotNull = 1;

    /// <param name="header">The change whose header comes first; <see langword="null"/> for platform events.</param>
    /// <param name="values">Of each value of the schema.</param>
    public static byte[] Write(EventSchema schema, ChangeEvent? header, object?[] values)
    {
        using var stream = new MemoryStream();
        var encoder = new BinaryEncoder(stream);
        if (header is not null)
        {
            WriteHeader(encoder, header);
        }

        var at = 0;
        foreach (var field in schema.Fields)
        {
            switch (field)
            {
                case ScalarField { Always: true } always:
                    WriteValue(encoder, always, values[at++]!);
                    break;
                case ScalarField scalar:
                    WriteNullable(encoder, scalar, values[at++]);
                    break;
                case CompoundField { Parts: var parts }:
                    var inside = values.AsSpan(at, parts.Count);
                    at += parts.Count;

                    // That a compound field without any value is null is an assumption.
                    if (!inside.ContainsAnyExcept((object?)null))
                    {
                        encoder.WriteUnionIndex(Null);
                        break;
                    }

                    encoder.WriteUnionIndex(NotNull);
                    for (var i = 0; i < parts.Count; i++)
                    {
                        WriteNullable(encoder, parts[i], inside[i]);
                    }

                    break;
            }
        }

        encoder.Flush();
        return stream.ToArray();
    }

    private static void WriteHeader(BinaryEncoder encoder, ChangeEvent change)
    {
        encoder.WriteString(change.EntityName);
        WriteList(encoder, change.RecordIds);
        encoder.WriteEnum(Array.IndexOf(SchemaJson.ChangeTypes, change.ChangeType));
        encoder.WriteString(change.Transaction.Origin);
        encoder.WriteString(change.Transaction.Key);
        encoder.WriteInt(change.SequenceNumber);
        encoder.WriteLong(change.Transaction.Timestamp);
        encoder.WriteLong(change.Transaction.CommitNumber);
        encoder.WriteString(Org.UserId);
        WriteList(encoder, FieldBitmap.Encode(change.Changes.Where(value => value.Current is null).Select(value => value.Value)));
        WriteList(encoder, FieldBitmap.Encode(change.Changes.Where(value => value.Difference is not null).Select(value => value.Value)));
        WriteList(encoder, FieldBitmap.Encode(change.Changes.Select(value => value.Value)));
    }

    private static void WriteList(BinaryEncoder encoder, IReadOnlyList<string> items)
    {
        encoder.WriteArrayStart();
        encoder.SetItemCount(items.Count);
        foreach (var item in items)
        {
            encoder.StartItem();
            encoder.WriteString(item);
        }

        encoder.WriteArrayEnd();
    }

    private static void WriteNullable(BinaryEncoder encoder, ScalarField field, object? value)
    {
        encoder.WriteUnionIndex(value is null ? Null : NotNull);
        if (value is not null)
        {
            WriteValue(encoder, field, value);
        }
    }

    private static void WriteValue(BinaryEncoder encoder, ScalarField field, object value)
    {
        switch (field.Type, value)
        {
            case (AvroType.Boolean, bool flag):
                encoder.WriteBoolean(flag);
                break;
            case (AvroType.Double, JsonNumber number):
                encoder.WriteDouble((double)number.Value);
                break;
            case (AvroType.Int, JsonNumber number):
                encoder.WriteInt((int)Math.Clamp(number.Value, int.MinValue, int.MaxValue));
                break;
            case (AvroType.Long, long milliseconds):
                encoder.WriteLong(milliseconds);
                break;
            case (AvroType.Long, string time):
                encoder.WriteLong(Milliseconds(time));
                break;
            case (AvroType.String, string text):
                encoder.WriteString(text);
                break;
            default:
                throw new InvalidOperationException($"{field.Name} is {field.Type}, and its value {value.GetType().Name}.");
        }
    }

    /// <summary>A date or a time in the form of records, since 1970; a time of day since midnight.</summary>
    private static long Milliseconds(string text) => text switch
    {
        _ when SalesforceTime.ParseDate(text) is { } date => new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds(),
        _ when SalesforceTime.ParseTime(text) is { } time => time.ToUnixTimeMilliseconds(),
        _ => SalesforceTime.MillisecondsOfDay(text),
    };
}
