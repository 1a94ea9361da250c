using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Faults;

/// <summary>Spoils valid JSON in ways that people, other programs and attackers do; the same ones for the same seed.</summary>
internal sealed class Mutator(int seed)
{
    private const int LongText = 20_000;
    private const int DeepNesting = 200;

    private static readonly string[] Texts =
    [
        "", " ", ".", "..", "../..", "%2e%2e", "%252e%252e/", "/", "\\", "a/b", "//evil.example", "https://evil.example", "\u0000", "\u0001\u001f",
        "\r\nX-Injected: yes", "'", "\"", "\\'", "' OR Name != '", "null", "true", "0", "-1", "001000000000001AAA", "Account", "account__c", "é", "ｅｖｉｌ",
        "\u2028\u2029", "\ufeff", "\ufffe\uffff", "😀", "${jndi:ldap://evil}", "{{secrets.X}}", "<script>", "@{ref.id}", ":name", "LAST_N_DAYS:3",
        "SELECT Id FROM Account", "FIND {x}", "/services/data/v67.0/query/01g000000000001AAA-2000", "/services/data/v67.0/../../apexrest/x",
        "oauth-client-credentials-flow", "bearer", "v67.0", "999.9", "2026-11-24T10:00:00Z", new string('x', LongText), new string('(', LongText),
    ];

    private static readonly string[] Literals =
    [
        "null", "true", "false", "0", "-0", "1e999", "-1", "1.0000000000000000000000000001", "99999999999999999999999999", "[]", "{}", "[[]]", "[null]", "{\"a\":null}",
        "\"\\ud800\"", "{\"\\udfff\":1}", new string('[', DeepNesting) + new string(']', DeepNesting),
        string.Concat(Enumerable.Repeat("{\"a\":", DeepNesting)) + "1" + new string('}', DeepNesting), "NaN", "'text'", "undefined", "{\"date\":\"2026-02-30\"}",
    ];

#pragma warning disable CA5394 // Repeatable, not secret.
    private readonly Random _random = new(seed);

    /// <summary>A spoilt text, as bytes, which need be neither JSON nor UTF-8.</summary>
    public byte[] Mutate(string json)
    {
        var text = json;
        for (var changes = _random.Next(1, 4); changes > 0; changes--)
        {
            text = _random.Next(8) == 0 ? MutateText(text) : MutateTreeOrText(text);
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        return _random.Next(10) == 0 ? MutateBytes(bytes) : bytes;
    }

    /// <summary>A spoilt text that is Unicode, as a queue's messages are.</summary>
    public string MutateMessage(string json) => Encoding.UTF8.GetString(Mutate(json));

    private string MutateTreeOrText(string text)
    {
        try
        {
            return MutateTree(text);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            // Spoilt before: no JSON, a member twice, or text that is no Unicode.
            return MutateText(text);
        }
    }

    private string MutateTree(string text)
    {
        var root = JsonNode.Parse(text);
        var members = Members(root).ToArray();
        // A literal that System.Text.Json would not write goes in by a mark that is replaced.
        const string Mark = "\"a mark that no payload has\"";
        var literal = Pick(Literals);
        if (members.Length == 0)
        {
            return literal;
        }

        var (parent, name) = Pick(members);
        var value = parent[name];
        switch (_random.Next(6))
        {
            case 0:
                parent.Remove(name);
                break;
            case 1:
                parent.Remove(name);
                parent[_random.Next(2) == 0 ? name.ToUpperInvariant() : Pick(Texts)] = value;
                break;
            case 2:
                parent[name] = Pick(Texts);
                break;
            case 3:
                parent[name] = new JsonArray(value?.DeepClone(), value?.DeepClone(), Pick(Texts));
                break;
            case 4:
                parent[Pick(Texts)] = value?.DeepClone();
                break;
            default:
                parent[name] = JsonNode.Parse(Mark);
                break;
        }

        return root!.ToJsonString().Replace(Mark, literal, StringComparison.Ordinal);
    }

    private string MutateText(string text)
    {
        if (text.Length == 0)
        {
            return Pick(Literals);
        }

        var at = _random.Next(text.Length);
        return _random.Next(4) switch
        {
            0 => text[..at],
            1 => text.Insert(at, Pick(Texts)),
            2 => text.Remove(at, Math.Min(_random.Next(1, 10), text.Length - at)),
            // Doubled: two values, or a member twice.
            _ => text.Insert(at, text[at..]),
        };
    }

    private byte[] MutateBytes(byte[] bytes)
    {
        if (bytes.Length > 0)
        {
            bytes[_random.Next(bytes.Length)] = (byte)_random.Next(256);
        }

        return bytes;
    }

    private static IEnumerable<(JsonObject Parent, string Name)> Members(JsonNode? node) => node switch
    {
        JsonObject json => json.SelectMany(member => Members(member.Value).Prepend((json, member.Key))),
        JsonArray array => array.SelectMany(Members),
        _ => [],
    };

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
}
