using System.Diagnostics.CodeAnalysis;
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
    private readonly string _beginning;
    private readonly string[] _methods;
    private readonly Lazy<HttpFunctionInvoker> _invoke;

    public HttpFunction(FunctionMethod method, HttpTriggerAttribute trigger, string route)
    {
        var template = ParseRoute(method, route.Trim('/'));
        _matcher = new TemplateMatcher(template, DefaultsOf(template));
        _beginning = BeginningOf(template);
        _methods = [.. (trigger.Methods ?? []).Select(httpMethod => httpMethod.ToUpperInvariant())];
        _invoke = HttpFunctionCompiler.Compile(method, [.. template.Parameters.Select(parameter => parameter.Name!)]);
        Info = new HttpFunctionInfo(
            method.Name,
            _methods,
            $"/{template.TemplateText}",
            trigger.AuthLevel);
    }

    public HttpFunctionInfo Info { get; }

    /// <remarks>A wrong method is no match at all, so that another function may have the same route.</remarks>
    public bool TryMatch(HttpRequest request, [NotNullWhen(true)] out RouteValueDictionary? routeValues)
    {
        routeValues = null;
        // Of all functions that are tried for a request, most can be told from it by their first letters.
        if (!AnswersMethod(request.Method) || !request.Path.Value!.StartsWith(_beginning, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        routeValues = [];
        return _matcher.TryMatch(request.Path, routeValues);
    }

    public Task<IResult> InvokeAsync(HttpContext context, RouteValueDictionary routeValues, CancellationToken cancellationToken) =>
        _invoke.Value(context, routeValues, cancellationToken);

    public bool ConflictsWith(HttpFunction other) =>
        Info.Route.Equals(other.Info.Route, StringComparison.OrdinalIgnoreCase)
        && (Info.Methods.Count == 0 || other.Info.Methods.Count == 0 || Info.Methods.Any(other.AnswersMethod));

    private bool AnswersMethod(string method) =>
        _methods.Length == 0 || Array.Exists(_methods, own => own.Equals(method, StringComparison.OrdinalIgnoreCase));

    /// <summary>What every path begins with that the route matches: its segments up to the first parameter.</summary>
    private static string BeginningOf(RouteTemplate template) => string.Concat(
        template.Segments
            .TakeWhile(segment => segment.Parts.All(part => part.IsLiteral))
            .Select(segment => $"/{string.Concat(segment.Parts.Select(part => part.Text))}"));

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
