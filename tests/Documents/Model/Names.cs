using System.Text;
using System.Text.Json;

namespace Documents.Model;

/// <summary>Names of types and members as the documents write them.</summary>
internal static class Names
{
    /// <summary><c>soqlQuery</c> of <c>SoqlQuery</c>.</summary>
    public static string Member(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    /// <summary><c>Page size</c> of <c>pageSize</c>.</summary>
    public static string Label(string member)
    {
        var label = new StringBuilder();
        foreach (var letter in member)
        {
            label.Append(char.IsUpper(letter) && label.Length > 0 ? $" {char.ToLowerInvariant(letter)}" : $"{letter}");
        }

        label[0] = char.ToUpperInvariant(label[0]);
        return label.ToString();
    }
}
