using Microsoft.Azure.Functions.Worker;

namespace LocalHost;

/// <summary>Makes the HTTP functions of an app, refusing what the host would refuse at start.</summary>
internal static class HttpFunctionTable
{
    private static readonly string[] ReservedRoutes = ["admin", "runtime"];

    public static IReadOnlyList<HttpFunction> Create(IEnumerable<FunctionMethod> methods, string routePrefix)
    {
        var functions = new List<HttpFunction>();
        foreach (var method in methods)
        {
            if (method.Trigger is not HttpTriggerAttribute trigger)
            {
                continue;
            }

            var route = RouteOf(method, trigger);
            var function = new HttpFunction(method, trigger, $"{routePrefix}/{route}");
            if (functions.Find(function.ConflictsWith) is { } other)
            {
                throw method.Refused($"its route is also that of '{other.Info.Name}', for the same method");
            }

            functions.Add(function);
        }

        return functions;
    }

    private static string RouteOf(FunctionMethod method, HttpTriggerAttribute trigger)
    {
        var route = string.IsNullOrWhiteSpace(trigger.Route) ? method.Name : trigger.Route.Trim('/');

        // As prefixes of the text, so that `administration` is refused too.
        return ReservedRoutes.FirstOrDefault(reserved => route.StartsWith(reserved, StringComparison.OrdinalIgnoreCase)) is { } taken
            ? throw method.Refused($"route '{route}' starts with '{taken}', which the host keeps for itself")
            : route;
    }
}
