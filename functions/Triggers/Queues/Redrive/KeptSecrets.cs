using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Triggers.Queues.Redrive;

/// <summary>
/// Redacts likely secrets in a message before it moves to the poison queue. In a valid envelope, only the credentials are
/// redacted, because the message can be executed again. Any other message can have any form: other JSON, truncated JSON,
/// JSON in a JSON string, Base64, form data. There, all members whose names suggest a secret and all values that look
/// like tokens are redacted.
/// </summary>
internal static partial class KeptSecrets
{
    public const string Blank = "(blanked)";

    private const int ShortestBase64 = 16;

    // Not secret. The name of a secret in Key Vault is not a secret either.
    private static readonly string[] NotSecret = ["type", "clientId"];

    /// <returns>The message, unchanged if it contains no likely secret.</returns>
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
               where !NotSecret.Contains(member.Key) && !(member.Key == "tokenSecret" && IsSecretName(member.Value))
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

    /// <returns>The payload of an envelope; <see langword="null"/> if the message is not a valid envelope.</returns>
    private static JsonObject? ReadPayload(string message)
    {
        try
        {
            var payload = JsonNode.Parse(Envelope.Parse(message).Payload.Utf8.Span) as JsonObject;
            // Forces the lazy parse of member names now, which throws for duplicate names and invalid Unicode.
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

    // A replacement can be longer than the text it replaces; the message must still fit.
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

    // A value ends at its closing quote or at the end of the text. An object or array ends at the end of the text.
    [GeneratedRegex(
        """(?<name>(?:token|secret|passw|pwd|authori[sz]ation|api[-_]?key|assertion|credential)[\w-]{0,64}\\*["']?\s*[:=]\s*)(?:(?<quote>\\*["']).*?(?:(?<!\\)\k<quote>|\z)|[\[{].*\z|[^\s,}\]&]+)""",
        RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Member();

    [GeneratedRegex(@"\\+u(?<code>00(?:4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a]))", RegexOptions.IgnoreCase)]
    private static partial Regex EscapedLetter();
}
