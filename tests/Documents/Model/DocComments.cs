using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Documents.Model;

/// <summary>The summaries of the app's doc comments, as plain text.</summary>
internal sealed partial class DocComments
{
    private readonly Dictionary<string, XElement> _summaries;

    private DocComments(XDocument comments) =>
        _summaries = comments.Descendants("member")
            .Where(member => member.Element("summary") is not null)
            .ToDictionary(member => (string)member.Attribute("name")!, member => member.Element("summary")!);

    /// <summary>Reads the file that the compiler has written beside the assembly.</summary>
    public static DocComments Of(Assembly assembly) => new(XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")));

    public string? Of(Type type) => Find($"T:{Name(type)}");

    public string? Of(PropertyInfo property) => Find($"P:{Name(property.DeclaringType!)}.{property.Name}");

    private string? Find(string name) => _summaries.TryGetValue(name, out var summary) ? Text(summary) : null;

    private static string Name(Type type) => type.FullName!.Replace('+', '.');

    private static string Text(XElement element) =>
        WhiteSpace().Replace(string.Concat(element.Nodes().Select(node => node is XElement inner ? Inner(inner) : ((XText)node).Value)), " ").Trim();

    private static string Inner(XElement element) => element.Name.LocalName switch
    {
        "see" when element.Attribute("langword") is { } word => word.Value,
        "see" when element.Attribute("cref") is { } reference => Referred(reference.Value),
        "see" when element.Attribute("href") is not null => Text(element),
        "c" or "em" or "para" => Text(element),
        var other => throw new InvalidOperationException($"A summary has <{other}>, which no document can show."),
    };

    // A member as JSON has it, a type by its name.
    private static string Referred(string reference)
    {
        var name = reference[(reference.LastIndexOf('.') + 1)..];
        return reference.StartsWith("P:", StringComparison.Ordinal) ? Names.Member(name) : name;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
