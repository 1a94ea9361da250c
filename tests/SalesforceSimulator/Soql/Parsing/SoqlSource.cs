using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Soql.Parsing;

/// <summary>The text of a query, for error messages.</summary>
internal sealed class SoqlSource(string text)
{
    private const int ShownAround = 60;

    public string Text { get; } = text;

    /// <summary>Creates an error in Salesforce's form: the text around the position, a caret below it, row, column and message.</summary>
    public ApiException Error(string code, int at, string message)
    {
        var lineStart = at == 0 ? 0 : Text.LastIndexOf('\n', at - 1) + 1;
        var row = Text.AsSpan(0, lineStart).Count('\n') + 1;
        var start = Math.Max(lineStart, at - ShownAround);
        var lineEnd = Text.IndexOf('\n', at) is >= 0 and var found ? found : Text.Length;
        var end = Math.Min(lineEnd, at + ShownAround);
        return new ApiException(400, new ApiError(
            code,
            $"\n{Text[start..end]}\n{new string(' ', at - start)}^\nERROR at Row:{row}:Column:{at - lineStart + 1}\n{message}"));
    }

    public ApiException Malformed(int at, string message) => Error("MALFORMED_QUERY", at, message);

    /// <summary>A part of SOQL that the simulator does not support, although Salesforce does or may.</summary>
    public static NotKnownException Unsupported(string construct) => new($"{construct} in SOQL or SOSL");
}
