using System.Text.RegularExpressions;

namespace LocalHost;

/// <summary>The Functions host's rule for function names.</summary>
internal static partial class FunctionName
{
    public static bool IsValid(string name) => HostAccepts().IsMatch(name);

    [GeneratedRegex(@"^[a-z][a-z0-9_-]{0,127}\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex HostAccepts();
}
