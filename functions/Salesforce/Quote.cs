using System.Text;

namespace SalesforceConnector.Salesforce;

/// <summary>Foreign text, made fit to stand in an error message.</summary>
internal static class Quote
{
    private const int ValueLength = 60;

    /// <summary>A value of the caller's, in quotes, cut at 60 characters, control characters replaced.</summary>
    public static string Value(string text) =>
        $"\"{Clean(text.Length <= ValueLength ? text : text[..ValueLength] + "…")}\"";

    /// <summary>A body that should have been JSON, cut at <paramref name="maxBytes"/> bytes of UTF-8.</summary>
    public static string Body(ReadOnlySpan<byte> body, int maxBytes)
    {
        if (body.IsEmpty)
        {
            return "(empty)";
        }

        return body.Length <= maxBytes
            ? Clean(Encoding.UTF8.GetString(body))
            : Clean(Encoding.UTF8.GetString(body[..maxBytes])) + "…";
    }

    private static string Clean(string text) =>
        string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        });
}
