using SalesforceSimulator.Bulk;
using SalesforceSimulator.Endpoints.Automation;
using SalesforceSimulator.Files;
using SalesforceSimulator.Records;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Endpoints;

internal delegate Reply Handler(ApiCall call);

/// <summary>A resource: the path after the version, and a handler for each method.</summary>
/// <param name="Template">Path segments. <c>{name}</c> matches one segment, <c>{*name}</c> all remaining ones, joined by slashes.</param>
internal sealed record Resource(string Template, params (string Method, Handler Handler)[] Methods)
{
    /// <summary>The first version with this resource.</summary>
    public int Since { get; init; }

    /// <summary>Whether it is allowed in a composite request, as far as the documentation lists it.</summary>
    public bool InComposite { get; init; }

    private readonly string[] _segments = Template.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The values of the placeholders; <see langword="null"/> if the path does not match.</summary>
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

/// <summary>All resources below a version. The first with a matching template handles the call.</summary>
internal static class ResourceTable
{
    private static readonly Resource[] Resources =
    [
        new("", ("GET", Versions.Root)),
        new("query", ("GET", Queries.Query)) { InComposite = true },
        new("query/{locator}", ("GET", Queries.More)) { InComposite = true },
        new("queryAll", ("GET", Queries.QueryAll)) { InComposite = true },
        new("queryAll/{locator}", ("GET", Queries.More)) { InComposite = true },
        new("sobjects", ("GET", Describes.Global)) { InComposite = true },
        new("sobjects/{type}", ("GET", Describes.Basic), ("POST", Rows.Create)) { InComposite = true },
        new("sobjects/{type}/describe", ("GET", Describes.Whole)) { InComposite = true },
        new("sobjects/{type}/Id", ("POST", ExternalIds.CreateByIdField)) { InComposite = true },
        new("sobjects/{type}/updated", ("GET", Changes.Updated)),
        new("sobjects/{type}/deleted", ("GET", Changes.Deleted)),
        new("sobjects/{type}/quickActions", ("GET", QuickActions.List)),
        new("sobjects/{type}/quickActions/{name}", ("GET", QuickActions.Describe), ("POST", QuickActions.Run)),
        new("sobjects/{type}/quickActions/{name}/describe", ("GET", QuickActions.Describe)),
        new("sobjects/{type}/quickActions/{name}/{*other}", NotKnown("defaults of quick actions")),
        new("quickActions", ("GET", QuickActions.List)),
        new("quickActions/{name}", ("GET", QuickActions.Describe), ("POST", QuickActions.Run)),
        new("quickActions/{name}/describe", ("GET", QuickActions.Describe)),
        new("quickActions/{name}/{*other}", NotKnown("defaults of quick actions")),
        new("actions/standard", ("GET", call => Actions.List(call, "standard"))),
        new("actions/standard/{name}", ("GET", call => Actions.Describe(call, "standard")), ("POST", call => Actions.Run(call, "standard"))),
        new("actions/custom/flow", ("GET", call => Actions.List(call, "flow"))),
        new("actions/custom/flow/{name}", ("GET", call => Actions.Describe(call, "flow")), ("POST", call => Actions.Run(call, "flow"))),
        new("actions/custom/apex", ("GET", call => Actions.List(call, "apex"))),
        new("actions/custom/apex/{name}", ("GET", call => Actions.Describe(call, "apex")), ("POST", call => Actions.Run(call, "apex"))),
        new("process/approvals", ("GET", _ => Approvals.List()), ("POST", Approvals.Run)),
        new("parameterizedSearch", ("POST", Searches.SearchByParameters), NotKnown("searches by parameters of the URL")),
        new("sobjects/{type}/{id}", ("GET", Rows.Get), ("PATCH", Rows.Update), ("DELETE", Rows.Delete)) { InComposite = true },
        new("sobjects/{type}/{id}/{*path}", ("GET", ByFieldOrRelationship(ExternalIds.Get, Relationships.Get)),
            ("PATCH", ByFieldOrRelationship(ExternalIds.Upsert, Relationships.Update)),
            ("DELETE", ByFieldOrRelationship(ExternalIds.Delete, Relationships.Delete))) { InComposite = true },
        // That composite allows it is an assumption: of the two lists, only that of batches contains it.
        new("limits", ("GET", Limits.Get)) { InComposite = true },
        new("search", ("GET", Searches.Search)),
        new("composite", ("POST", Composites.Run)) { Since = 38 },
        new("composite/tree/{type}", ("POST", Trees.Create)) { Since = 34 },
        new("composite/graph", ("POST", Composites.RunGraphs)) { Since = 50 },
        new("composite/batch", ("POST", Batches.Run)) { Since = 34 },
        new("composite/sobjects", ("POST", Collections.Create), ("PATCH", Collections.Update), ("DELETE", Collections.Delete)) { Since = 42, InComposite = true },
        new("composite/sobjects/{type}", ("GET", Collections.Retrieve), ("POST", Collections.Retrieve)) { Since = 42, InComposite = true },
        new("composite/sobjects/{type}/{field}", ("PATCH", Collections.Upsert)) { Since = 46, InComposite = true },
        new("jobs/ingest", ("GET", Jobs.List<IngestJob>), ("POST", IngestJobs.Create)) { Since = 41 },
        new("jobs/ingest/{id}", ("GET", Jobs.Get<IngestJob>), ("PATCH", IngestJobs.Change), ("DELETE", IngestJobs.Delete)) { Since = 41 },
        new("jobs/ingest/{id}/batches", ("PUT", IngestJobs.Upload)) { Since = 41 },
        new("jobs/ingest/{id}/successfulResults", ("GET", IngestJobs.Successful)) { Since = 41 },
        new("jobs/ingest/{id}/failedResults", ("GET", IngestJobs.Failed)) { Since = 41 },
        new("jobs/ingest/{id}/unprocessedrecords", ("GET", IngestJobs.Unprocessed)) { Since = 41 },
        new("jobs/query", ("GET", Jobs.List<QueryJob>), ("POST", QueryJobs.Create)) { Since = 47 },
        new("jobs/query/{id}", ("GET", Jobs.Get<QueryJob>), ("PATCH", QueryJobs.Change), ("DELETE", QueryJobs.Delete)) { Since = 47 },
        new("jobs/query/{id}/results", ("GET", QueryJobs.Results)) { Since = 47 },
        new("jobs/query/{id}/resultPages", ("GET", QueryJobs.ResultPages)) { Since = 58 },
        new("analytics/{*other}", NotKnown("reports and dashboards")),
        new("graphql", ("POST", _ => throw new NotKnownException("GraphQL"))),
    ];

    /// <summary>Finds and calls the resource's handler. An error becomes a reply.</summary>
    /// <param name="call">The call. Its arguments are set here.</param>
    /// <param name="served">Whether a resource exists for the path and method.</param>
    public static Reply Dispatch(ApiCall call, out bool served)
    {
        served = false;
        try
        {
            foreach (var resource in Resources)
            {
                if (resource.Match(call.Segments) is { } arguments)
                {
                    if (call.VersionNumber < resource.Since)
                    {
                        served = true;
                        throw Errors.NotFound();
                    }

                    if (call.IsInComposite && !resource.InComposite)
                    {
                        throw new NotKnownException($"what a composite request answers to a subrequest for {resource.Template}, which the documentation does not list");
                    }

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

    // What Salesforce has, and nobody here knows how it answers.
    private static (string Method, Handler Handler) NotKnown(string what) => ("GET", _ => throw new NotKnownException(what));

    // sobjects/Account/External_Id__c/X and sobjects/Account/001…/Owner have the same form.
    private static Handler ByFieldOrRelationship(Handler byField, Handler byRelationship) =>
        call => RecordLookup.ExternalIdField(call) is not null ? byField(call)
            : call.Method == "GET" && FileResources.FindField(call) is { } field ? FileResources.Get(call, field)
            : byRelationship(call);
}
