namespace SalesforceSimulator.Endpoints;

internal delegate Reply Handler(ApiCall call);

/// <summary>One resource: the path after the version, and what serves each method.</summary>
/// <param name="Template">Segments; <c>{name}</c> takes one, <c>{*name}</c> the rest, joined by slashes.</param>
internal sealed record Resource(string Template, params (string Method, Handler Handler)[] Methods)
{
    private readonly string[] _segments = Template.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What the placeholders take; <see langword="null"/> when the path is not this resource's.</summary>
    public IReadOnlyDictionary<string, string>? Match(IReadOnlyList<string> path)
    {
        Dictionary<string, string> arguments = [];
        for (var i = 0; i < _segments.Length; i++)
        {
            if (i >= path.Count)
            {
                return null;
            }

            switch (_segments[i])
            {
                case ['{', '*', .. var rest, '}']:
                    arguments[rest] = string.Join('/', path.Skip(i));
                    return arguments;
                case ['{', .. var name, '}']:
                    arguments[name] = path[i];
                    break;
                case var literal when !string.Equals(literal, path[i], StringComparison.OrdinalIgnoreCase):
                    return null;
            }
        }

        return path.Count == _segments.Length ? arguments : null;
    }
}

/// <summary>Every resource below a version; the first whose template fits takes the call.</summary>
internal static class ResourceTable
{
    private static readonly Resource[] Resources =
    [
        new("", ("GET", Versions.Root)),
        new("query", ("GET", Queries.Query)),
        new("query/{locator}", ("GET", Queries.More)),
        new("queryAll", ("GET", Queries.QueryAll)),
        new("queryAll/{locator}", ("GET", Queries.More)),
        new("sobjects", ("GET", Describes.Global)),
        new("sobjects/{type}", ("GET", Describes.Basic), ("POST", Rows.Create)),
        new("sobjects/{type}/describe", ("GET", Describes.Whole)),
        new("sobjects/{type}/Id", ("POST", ExternalIds.CreateByIdField)),
        new("sobjects/{type}/{id}", ("GET", Rows.Get), ("PATCH", Rows.Update), ("DELETE", Rows.Delete)),
        new("sobjects/{type}/{id}/{*path}", ("GET", ByFieldOrRelationship(ExternalIds.Get, Relationships.Get)),
            ("PATCH", ByFieldOrRelationship(ExternalIds.Upsert, Relationships.Update)),
            ("DELETE", ByFieldOrRelationship(ExternalIds.Delete, Relationships.Delete))),
        new("limits", ("GET", Limits.Get)),
        new("search", ("GET", Searches.Search)),
        new("composite", ("POST", Composites.Run)),
        new("composite/batch", ("POST", Batches.Run)),
        new("composite/sobjects", ("POST", Collections.Create), ("PATCH", Collections.Update), ("DELETE", Collections.Delete)),
        new("composite/sobjects/{type}", ("GET", Collections.Retrieve), ("POST", Collections.Retrieve)),
        new("composite/sobjects/{type}/{field}", ("PATCH", Collections.Upsert)),
    ];

    /// <summary>Finds the resource and runs it; a refusal becomes a reply.</summary>
    /// <param name="call">The call, whose arguments are filled in.</param>
    /// <param name="served">Whether there is a resource at that path that has that method.</param>
    public static Reply Dispatch(ApiCall call, out bool served)
    {
        served = false;
        try
        {
            foreach (var resource in Resources)
            {
                if (resource.Match(call.Segments) is { } arguments)
                {
                    call.Arguments = arguments;
                    var handler = Array.Find(resource.Methods, method => method.Method == call.Method).Handler
                        ?? throw Errors.MethodNotAllowed(call.Method, resource.Methods.Select(method => method.Method));
                    served = true;
                    return handler(call);
                }
            }

            throw Errors.NotFound();
        }
        catch (ApiException exception)
        {
            return Reply.Error(exception, call.Version);
        }
    }

    // sobjects/Account/External_Id__c/X and sobjects/Account/001…/Owner have the same form.
    private static Handler ByFieldOrRelationship(Handler byField, Handler byRelationship) =>
        call => RecordLookup.ExternalIdField(call) is null ? byRelationship(call) : byField(call);
}
