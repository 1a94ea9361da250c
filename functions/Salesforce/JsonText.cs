using System.Text.Json;

namespace SalesforceConnector.Salesforce;

internal static class JsonText
{
    /// <summary>A JSON string's text; <see langword="null"/> if it is no Unicode, as JSON allows by its escapes.</summary>
    public static string? TextOrNull(this JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // An escaped surrogate without its other half.
            return null;
        }
    }
}
