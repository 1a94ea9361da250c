using System.Globalization;
using System.Text.Json;

namespace SalesforceConnector.Salesforce.Events.Avro;

/// <summary>Writes the values of an event as JSON, as Salesforce's REST API has them.</summary>
internal static class AvroJson
{
    // The deepest event of Salesforce has three levels.
    private const int MaxDepth = 64;

    /// <exception cref="InvalidDataException">The data does not match the type.</exception>
    public static void Write(Utf8JsonWriter json, AvroType type, ref AvroBinary data, FieldKind kind = FieldKind.Other, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            throw new InvalidDataException("The event is nested too deep.");
        }

        switch (type)
        {
            case AvroType.Primitive primitive:
                WritePrimitive(json, primitive.Kind, ref data, kind);
                break;
            case AvroType.Union union:
                Write(json, union.Branches[data.ReadIndex(union.Branches.Count)], ref data, kind, depth + 1);
                break;
            case AvroType.Enumeration enumeration:
                json.WriteStringValue(enumeration.Symbols[data.ReadIndex(enumeration.Symbols.Count)]);
                break;
            case AvroType.Record record:
                json.WriteStartObject();
                foreach (var field in record.Fields)
                {
                    json.WritePropertyName(field.Name);
                    Write(json, field.Type, ref data, field.Kind, depth + 1);
                }

                json.WriteEndObject();
                break;
            case AvroType.List list:
                WriteList(json, list, ref data, kind, depth);
                break;
            case AvroType.Map map:
                WriteMap(json, map, ref data, kind, depth);
                break;
            case AvroType.Fixed of:
                json.WriteBase64StringValue(data.ReadFixed(of.Size));
                break;
            default:
                throw new InvalidOperationException("There is no other type.");
        }
    }

    /// <summary>A time as REST has it.</summary>
    /// <exception cref="InvalidDataException">The number is no time.</exception>
    private static string TimeOf(long value, FieldKind kind)
    {
        try
        {
            return kind switch
            {
                FieldKind.DateTime => DateTimeOffset.FromUnixTimeMilliseconds(value).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'", CultureInfo.InvariantCulture),
                FieldKind.Date => DateTimeOffset.FromUnixTimeMilliseconds(value).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                _ => new TimeOnly(checked(value * TimeSpan.TicksPerMillisecond)).ToString("HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            };
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("The event has a time outside the calendar.", e);
        }
    }

    private static void WritePrimitive(Utf8JsonWriter json, PrimitiveKind primitive, ref AvroBinary data, FieldKind kind)
    {
        switch (primitive)
        {
            case PrimitiveKind.Null:
                json.WriteNullValue();
                break;
            case PrimitiveKind.Boolean:
                json.WriteBooleanValue(data.ReadBoolean());
                break;
            case PrimitiveKind.Int:
                WriteWhole(json, data.ReadInt(), kind);
                break;
            case PrimitiveKind.Long:
                WriteWhole(json, data.ReadLong(), kind);
                break;
            case PrimitiveKind.Float:
                json.WriteNumberValue(Finite(data.ReadFloat()));
                break;
            case PrimitiveKind.Double:
                json.WriteNumberValue(Finite(data.ReadDouble()));
                break;
            case PrimitiveKind.Bytes:
                json.WriteBase64StringValue(data.ReadBytes());
                break;
            default:
                json.WriteStringValue(data.ReadString());
                break;
        }
    }

    private static void WriteWhole(Utf8JsonWriter json, long value, FieldKind kind)
    {
        if (kind == FieldKind.Other)
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteStringValue(TimeOf(value, kind));
        }
    }

    private static void WriteList(Utf8JsonWriter json, AvroType.List list, ref AvroBinary data, FieldKind kind, int depth)
    {
        json.WriteStartArray();
        for (var count = data.ReadBlock(); count > 0; count = data.ReadBlock())
        {
            for (; count > 0; count--)
            {
                Write(json, list.Items, ref data, kind, depth + 1);
            }
        }

        json.WriteEndArray();
    }

    private static void WriteMap(Utf8JsonWriter json, AvroType.Map map, ref AvroBinary data, FieldKind kind, int depth)
    {
        json.WriteStartObject();
        for (var count = data.ReadBlock(); count > 0; count = data.ReadBlock())
        {
            for (; count > 0; count--)
            {
                json.WritePropertyName(data.ReadString());
                Write(json, map.Values, ref data, kind, depth + 1);
            }
        }

        json.WriteEndObject();
    }

    private static float Finite(float value) => float.IsFinite(value) ? value : throw new InvalidDataException("The event has a number that JSON cannot have.");

    private static double Finite(double value) => double.IsFinite(value) ? value : throw new InvalidDataException("The event has a number that JSON cannot have.");
}
