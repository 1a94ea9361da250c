namespace SalesforceConnector.Salesforce.Bulk.Rows;

/// <summary>Counts the errors of failed rows by their codes.</summary>
/// <param name="before">Those of earlier jobs.</param>
internal sealed class ErrorTally(IEnumerable<RowErrors> before)
{
    private const int MaxCodes = 20;
    private const int MaxMessage = 300;
    private const string Others = "OTHERS";

    private readonly List<RowErrors> _all = [.. before.Select(errors => errors with { })];

    public IReadOnlyList<RowErrors> All => _all;

    /// <param name="error">A value of the column <c>sf__Error</c>: code, message and fields, separated by colons.</param>
    public void Add(string error)
    {
        var parts = error.Split(':', 2);
        var code = parts[0].Trim();
        if (_all.Find(errors => errors.ErrorCode == code) is { } known)
        {
            known.Count++;
        }
        else if (_all.Count < MaxCodes)
        {
            _all.Add(new RowErrors { ErrorCode = code, Count = 1, Message = Cut(parts.Length > 1 ? parts[1] : error) });
        }
        else if (_all.Find(errors => errors.ErrorCode == Others) is { } others)
        {
            others.Count++;
        }
        else
        {
            _all.Add(new RowErrors { ErrorCode = Others, Count = 1, Message = "Errors of further codes." });
        }
    }

    // The fields at the end are part of the message; " --" ends them.
    private static string Cut(string message)
    {
        message = message.TrimEnd('-', ' ').TrimEnd(':');
        return message.Length <= MaxMessage ? message : message[..(char.IsHighSurrogate(message[MaxMessage - 1]) ? MaxMessage - 1 : MaxMessage)] + "…";
    }
}
