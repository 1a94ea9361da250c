namespace LocalHost;

/// <summary>Creates the HTTP functions of an app. Rejects what the Functions host rejects at startup.</summary>
internal static class HttpFunctionTable
{
    private static readonly string[] ReservedRoutes = ["admin", "runtime"];

    public static IReadOnlyList<HttpFunction> Create(IEnumerable<FunctionBinding> triggers, string routePrefix)
    {
        var functions = new List<HttpFunction>();
        foreach (var trigger in triggers.Where(trigger => trigger.Type == FunctionBinding.Http))
        {
            var function = new HttpFunction(trigger, $"{routePrefix}/{RouteOf(trigger)}");
            if (functions.Find(function.ConflictsWith) is { } other)
            {
                throw trigger.Refused($"its route is also that of '{other.Info.Name}', for the same method");
            }

            functions.Add(function);
        }

        return functions;
    }

    private static string RouteOf(FunctionBinding trigger)
    {
        var route = trigger.Text("route") is { } given && !string.IsNullOrWhiteSpace(given) ? given.Trim('/') : trigger.Function.Name;

        // Compared as text prefixes, so that `administration` is rejected too.
        return ReservedRoutes.FirstOrDefault(reserved => route.StartsWith(reserved, StringComparison.OrdinalIgnoreCase)) is { } taken
            ? throw trigger.Refused($"route '{route}' starts with '{taken}', which is reserved for the host")
            : route;
    }
}
