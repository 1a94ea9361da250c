using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Bodies;

namespace SalesforceConnector.Triggers.Queues.Redrive;

/// <summary>
/// Blanks what is likely a secret in a message before it is kept for people to look at. In an envelope that is its
/// credentials, and nothing else, as the message may be carried out again. What is no envelope may be anything: JSON of
/// another form, half of it, JSON in a JSON string, base64, a form; there every member is blanked whose name sounds like a
/// secret's, and every value that has a token's form.
/// </summary>
internal static partial class KeptSecrets
{
    public const string Blank = "(blanked)";

    private const int ShortestBase64 = 16;

    // What an envelope may keep: the name of a secret in Key Vault is none itself.
    private static readonly string[] Harmless = ["type", "clientId"];

    /// <returns>The message itself, if nothing in it looks like a secret.</returns>
    public static string Remove(string message)
    {
        if (ReadPayload(message) is { } payload)
        {
            return payload["authentication"] is JsonObject authentication ? RemoveCredentials(message, payload, authentication) : message;
        }

        var text = PlainLetters(FromBase64(message) ?? message);
        var blanked = Quote.WithoutTokens(Member().Replace(text, $"${{name}}${{quote}}{Blank}${{quote}}"), Blank);
        return blanked == text ? message : Cut(blanked);
    }

    private static string RemoveCredentials(string message, JsonObject payload, JsonObject authentication)
    {
        string[] secrets =
        [
            .. from member in authentication
               where !Harmless.Contains(member.Key) && !(member.Key == "tokenSecret" && IsSecretName(member.Value))
               select member.Key,
        ];
        if (secrets is [])
        {
            return message;
        }

        foreach (var secret in secrets)
        {
            authentication[secret] = Blank;
        }

        return (Envelope.Parse(message) with { Payload = new RawJson(Encoding.UTF8.GetBytes(payload.ToJsonString())) }).ToMessage();
    }

    private static bool IsSecretName(JsonNode? value) =>
        value is JsonValue text && text.TryGetValue<string>(out var name) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    /// <returns>The payload of an envelope; <see langword="null"/> if the message is none.</returns>
    private static JsonObject? ReadPayload(string message)
    {
        try
        {
            var payload = JsonNode.Parse(Envelope.Parse(message).Payload.Utf8.Span) as JsonObject;
            // Looked for now: a name that is given twice, or is no Unicode, is found when a member is first asked for.
            payload?.ContainsKey("authentication");
            return payload;
        }
        catch (Exception e) when (e is InvalidPayloadException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? FromBase64(string message)
    {
        var bytes = new byte[message.Length];
        return message.Length >= ShortestBase64 && Convert.TryFromBase64String(message, bytes, out var length)
            ? string.Concat(Encoding.UTF8.GetString(bytes, 0, length).Select(c => XmlConvert.IsXmlChar(c) || char.IsSurrogate(c) ? c : ' '))
            : null;
    }

    // What replaces a shorter text must not make the message too long.
    private static string Cut(string text)
    {
        while (!MessageText.Fits(text))
        {
            text = text[..(text.Length - ((MessageText.Length(text) - MessageText.MaxBytes + 7) / 8))];
        }

        return text;
    }

    // "\u0074oken" is "token".
    private static string PlainLetters(string text) =>
        EscapedLetter().Replace(text, letter => ((char)Convert.ToInt32(letter.Groups["code"].Value, 16)).ToString());

    // A value ends at a quote like the one that began it, or with the text; that of an object or an array, with the text.
    [GeneratedRegex(
        """(?<name>(?:token|secret|passw|pwd|authori[sz]ation|api[-_]?key|assertion|credential)[\w-]{0,64}\\*["']?\s*[:=]\s*)(?:(?<quote>\\*["']).*?(?:(?<!\\)\k<quote>|\z)|[\[{].*\z|[^\s,}\]&]+)""",
        RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Member();

    [GeneratedRegex(@"\\+u(?<code>00(?:4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a]))", RegexOptions.IgnoreCase)]
    private static partial Regex EscapedLetter();
}
