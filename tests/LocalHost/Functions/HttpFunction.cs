using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost;

/// <summary>One HTTP function, ready to be matched and run.</summary>
internal sealed class HttpFunction
{
    private readonly TemplateMatcher _matcher;
    private readonly HttpFunctionInvoker _invoke;

    public HttpFunction(FunctionMethod method, HttpTriggerAttribute trigger, string route)
    {
        var template = ParseRoute(method, route.Trim('/'));
        _matcher = new TemplateMatcher(template, DefaultsOf(template));
        _invoke = HttpFunctionCompiler.Compile(method, [.. template.Parameters.Select(parameter => parameter.Name!)]);
        Info = new HttpFunctionInfo(
            method.Name,
            [.. (trigger.Methods ?? []).Select(httpMethod => httpMethod.ToUpperInvariant())],
            $"/{template.TemplateText}",
            trigger.AuthLevel);
    }

    public HttpFunctionInfo Info { get; }

    /// <remarks>A wrong method is no match at all, so that another function may have the same route.</remarks>
    public bool TryMatch(HttpRequest request, out RouteValueDictionary routeValues)
    {
        routeValues = [];
        return AnswersMethod(request.Method) && _matcher.TryMatch(request.Path, routeValues);
    }

    public Task<IResult> InvokeAsync(HttpContext context, RouteValueDictionary routeValues, CancellationToken cancellationToken) =>
        _invoke(context, routeValues, cancellationToken);

    public bool ConflictsWith(HttpFunction other) =>
        Info.Route.Equals(other.Info.Route, StringComparison.OrdinalIgnoreCase)
        && (Info.Methods.Count == 0 || other.Info.Methods.Count == 0 || Info.Methods.Any(other.AnswersMethod));

    private bool AnswersMethod(string method) =>
        Info.Methods.Count == 0 || Info.Methods.Contains(method, StringComparer.OrdinalIgnoreCase);

    private static RouteTemplate ParseRoute(FunctionMethod method, string route)
    {
        RouteTemplate template;
        try
        {
            template = TemplateParser.Parse(route);
        }
        catch (Exception exception) when (exception is ArgumentException or RoutePatternException)
        {
            throw method.Refused($"route '{route}' is not a route: {exception.Message.TrimEnd('.')}", exception);
        }

        return template.Parameters.Any(parameter => parameter.InlineConstraints.Any())
            ? throw method.Refused($"route '{route}' has a constraint, which the local host does not check")
            : template;
    }

    private static RouteValueDictionary DefaultsOf(RouteTemplate template) => new(
        template.Parameters
            .Where(parameter => parameter.DefaultValue is not null)
            .Select(parameter => KeyValuePair.Create(parameter.Name!, parameter.DefaultValue)));
}
