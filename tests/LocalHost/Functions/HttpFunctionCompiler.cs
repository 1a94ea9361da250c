using System.Linq.Expressions;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace LocalHost;

/// <summary>Makes the function's class in the request's scope and calls the function on it.</summary>
internal delegate Task<IResult> HttpFunctionInvoker(
    HttpContext context, RouteValueDictionary routeValues, CancellationToken cancellationToken);

/// <summary>Turns a function's method into a delegate once, so that a call costs no reflection.</summary>
internal static class HttpFunctionCompiler
{
    private static readonly ParameterExpression Context = Expression.Parameter(typeof(HttpContext), "context");
    private static readonly ParameterExpression RouteValues = Expression.Parameter(typeof(RouteValueDictionary), "routeValues");
    private static readonly ParameterExpression Cancellation = Expression.Parameter(typeof(CancellationToken), "cancellationToken");

    /// <summary>Binds the method's parameters now, so that what cannot be bound stops the start, and compiles at the first call.</summary>
    public static Lazy<HttpFunctionInvoker> Compile(FunctionMethod function, IReadOnlyCollection<string> routeParameters)
    {
        var method = function.Method;
        var arguments = method.GetParameters().Select(parameter => Bind(function, parameter, routeParameters));
        var call = Expression.Call(method.IsStatic ? null : Instance(method.DeclaringType!), method, arguments);
        var lambda = Expression.Lambda<HttpFunctionInvoker>(AsTask(function, call), Context, RouteValues, Cancellation);
        return new Lazy<HttpFunctionInvoker>(lambda.Compile);
    }

    private static Expression Bind(FunctionMethod function, ParameterInfo parameter, IReadOnlyCollection<string> routeParameters)
    {
        if (parameter.ParameterType == typeof(HttpRequest) && parameter.IsDefined(typeof(HttpTriggerAttribute)))
        {
            return Expression.Property(Context, nameof(HttpContext.Request));
        }

        if (parameter.ParameterType == typeof(CancellationToken))
        {
            return Cancellation;
        }

        if (parameter.ParameterType == typeof(string) && routeParameters.Contains(parameter.Name, StringComparer.OrdinalIgnoreCase))
        {
            return Expression.Call(((Func<RouteValueDictionary, string, string?>)RouteValue).Method, RouteValues, Expression.Constant(parameter.Name));
        }

        throw function.Refused(
            $"the local host cannot bind parameter '{parameter.Name}' ({parameter.ParameterType}); "
            + "it binds the triggering HttpRequest, a CancellationToken and string values of the route");
    }

    private static UnaryExpression Instance(Type functionClass) => Expression.Convert(
        Expression.Invoke(
            Expression.Constant(ActivatorUtilities.CreateFactory(functionClass, Type.EmptyTypes)),
            Expression.Property(Context, nameof(HttpContext.RequestServices)),
            Expression.Constant(null, typeof(object?[]))),
        functionClass);

    private static MethodCallExpression AsTask(FunctionMethod function, MethodCallExpression call)
    {
        if (call.Type == typeof(Task<IResult>))
        {
            return call;
        }

        return call.Type.IsAssignableTo(typeof(IResult))
            ? Expression.Call(typeof(Task), nameof(Task.FromResult), [typeof(IResult)], call)
            : throw function.Refused($"the local host cannot answer with {call.Type}; it answers with an IResult or a Task<IResult>");
    }

    private static string? RouteValue(RouteValueDictionary routeValues, string name) => (string?)routeValues[name];
}
