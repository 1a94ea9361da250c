using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost;

/// <summary>An HTTP function and its route matcher.</summary>
internal sealed class HttpFunction
{
    private readonly TemplateMatcher _matcher;
    private readonly string _beginning;
    private readonly string[] _methods;

    public HttpFunction(FunctionBinding trigger, string route)
    {
        Trigger = trigger;
        var template = ParseRoute(trigger, route.Trim('/'));
        _matcher = new TemplateMatcher(template, DefaultsOf(template));
        _beginning = BeginningOf(template);
        _methods = [.. trigger.Texts("methods").Select(method => method.ToUpperInvariant())];
        Info = new HttpFunctionInfo(
            trigger.Function.Name,
            _methods,
            $"/{template.TemplateText}",
            // The host's default, if the worker does not set one.
            Enum.TryParse<AuthorizationLevel>(trigger.Text("authLevel"), ignoreCase: true, out var level) ? level : AuthorizationLevel.Function);
    }

    public FunctionBinding Trigger { get; }

    public HttpFunctionInfo Info { get; }

    /// <remarks>A different method does not match, so that another function can have the same route.</remarks>
    public bool TryMatch(HttpRequest request, [NotNullWhen(true)] out RouteValueDictionary? routeValues)
    {
        routeValues = null;
        // A cheap comparison of the prefix rules out most functions.
        if (!AnswersMethod(request.Method) || !request.Path.Value!.StartsWith(_beginning, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        routeValues = [];
        return _matcher.TryMatch(request.Path, routeValues);
    }

    public bool ConflictsWith(HttpFunction other) =>
        Info.Route.Equals(other.Info.Route, StringComparison.OrdinalIgnoreCase)
        && (Info.Methods.Count == 0 || other.Info.Methods.Count == 0 || Info.Methods.Any(other.AnswersMethod));

    private bool AnswersMethod(string method) =>
        _methods.Length == 0 || Array.Exists(_methods, own => own.Equals(method, StringComparison.OrdinalIgnoreCase));

    /// <summary>The constant prefix of all matching paths: the segments before the first parameter.</summary>
    private static string BeginningOf(RouteTemplate template) => string.Concat(
        template.Segments
            .TakeWhile(segment => segment.Parts.All(part => part.IsLiteral))
            .Select(segment => $"/{string.Concat(segment.Parts.Select(part => part.Text))}"));

    private static RouteTemplate ParseRoute(FunctionBinding trigger, string route)
    {
        RouteTemplate template;
        try
        {
            template = TemplateParser.Parse(route);
        }
        catch (Exception exception) when (exception is ArgumentException or RoutePatternException)
        {
            throw trigger.Refused($"route '{route}' is not a route: {exception.Message.TrimEnd('.')}", exception);
        }

        return template.Parameters.Any(parameter => parameter.InlineConstraints.Any())
            ? throw trigger.Refused($"route '{route}' has a constraint, which the local host does not check")
            : template;
    }

    private static RouteValueDictionary DefaultsOf(RouteTemplate template) => new(
        template.Parameters
            .Where(parameter => parameter.DefaultValue is not null)
            .Select(parameter => KeyValuePair.Create(parameter.Name!, parameter.DefaultValue)));
}
