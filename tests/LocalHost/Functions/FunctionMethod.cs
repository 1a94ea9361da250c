using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost;

/// <summary>A method marked as a function, whatever its trigger.</summary>
internal sealed partial record FunctionMethod(string Name, MethodInfo Method)
{
    /// <summary>The attribute that says what starts the function.</summary>
    /// <exception cref="FunctionsHostException">There is none, or there are several.</exception>
    public Attribute Trigger =>
        Method.GetParameters()
            .SelectMany(parameter => parameter.GetCustomAttributes())
            .Where(attribute => attribute is HttpTriggerAttribute or QueueTriggerAttribute)
            .ToList() is [var trigger]
                ? trigger
                : throw Refused("a function has exactly one trigger, and the local host runs HTTP and queue triggers");

    /// <summary>The functions of an assembly, in name order.</summary>
    /// <remarks>Only public methods of public classes: the worker's source generator sees no others.</remarks>
    public static IReadOnlyList<FunctionMethod> FindIn(Assembly assembly)
    {
        var functions = (
            from type in assembly.GetExportedTypes()
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            let function = method.GetCustomAttribute<FunctionAttribute>()
            where function is not null
            // Timers are run on demand.
            where !method.GetParameters().Any(parameter => parameter.IsDefined(typeof(TimerTriggerAttribute), inherit: false))
            select new FunctionMethod(function.Name, method)).ToList();

        foreach (var function in functions)
        {
            if (!HostAccepts().IsMatch(function.Name))
            {
                throw function.Refused(
                    "a name is 1 to 128 letters, digits, hyphens and underscores, a letter first");
            }
        }

        // Ordered before duplicates are looked for, so that the same one is always named.
        functions.Sort((left, right) => StringComparer.OrdinalIgnoreCase.Compare(left.Name, right.Name));
        foreach (var (first, second) in functions.Zip(functions.Skip(1)))
        {
            if (first.Name.Equals(second.Name, StringComparison.OrdinalIgnoreCase))
            {
                throw second.Refused($"{first.Location} has the same name");
            }
        }

        return functions;
    }

    /// <summary>The error that stops the start, naming the function and where it is.</summary>
    public FunctionsHostException Refused(string reason, Exception? innerException = null) =>
        new($"Function '{Name}' ({Location}): {reason}.", innerException);

    private string Location => $"{Method.DeclaringType}.{Method.Name}";

    [GeneratedRegex(@"^[a-z][a-z0-9_-]{0,127}\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex HostAccepts();
}
