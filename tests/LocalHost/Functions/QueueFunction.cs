using System.Reflection;
using System.Text.RegularExpressions;
using Azure.Storage.Queues;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LocalHost;

/// <summary>One queue function: where its messages come from, and how it is run for one.</summary>
internal sealed partial class QueueFunction
{
    private const string DefaultConnection = "AzureWebJobsStorage";
    private const string PoisonSuffix = "-poison";

    private readonly MethodInfo _method;
    private readonly ObjectFactory? _class;

    public QueueFunction(FunctionMethod method, QueueTriggerAttribute trigger, IConfiguration configuration)
    {
        CheckSignature(method);
        _method = method.Method;
        _class = _method.IsStatic ? null : ActivatorUtilities.CreateFactory(_method.DeclaringType!, Type.EmptyTypes);

        var name = Resolve(method, trigger.QueueName, configuration).ToLowerInvariant();
        if (!QueueName().IsMatch(name))
        {
            throw method.Refused($"'{name}' cannot be the name of a queue");
        }

        Info = new QueueFunctionInfo(method.Name, name);
        var queues = Connect(method, trigger.Connection ?? DefaultConnection, configuration);
        Queue = queues.GetQueueClient(name);
        Poison = !name.EndsWith(PoisonSuffix, StringComparison.Ordinal) && QueueName().IsMatch(name + PoisonSuffix)
            ? queues.GetQueueClient(name + PoisonSuffix)
            : null;
    }

    public QueueFunctionInfo Info { get; }

    public QueueClient Queue { get; }

    /// <summary>Where messages go that are given up; <see langword="null"/> where that is nowhere, as with a poison queue's own.</summary>
    public QueueClient? Poison { get; }

    /// <summary>Makes the function's class in a scope of its own and runs the function.</summary>
    public async Task InvokeAsync(IServiceProvider services, string message, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var arguments = Array.ConvertAll(
            _method.GetParameters(), parameter => parameter.ParameterType == typeof(string) ? (object)message : cancellationToken);
        var returned = _method.Invoke(_class?.Invoke(scope.ServiceProvider, null), BindingFlags.DoNotWrapExceptions, null, arguments, null);
        await (returned as Task ?? Task.CompletedTask);
    }

    private static void CheckSignature(FunctionMethod method)
    {
        foreach (var parameter in method.Method.GetParameters())
        {
            var isMessage = parameter.IsDefined(typeof(QueueTriggerAttribute)) && parameter.ParameterType == typeof(string);
            if (!isMessage && parameter.ParameterType != typeof(CancellationToken))
            {
                throw method.Refused(
                    $"the local host cannot bind parameter '{parameter.Name}' ({parameter.ParameterType}); "
                    + "it binds the triggering message as a string, and a CancellationToken");
            }
        }

        if (method.Method.ReturnType != typeof(Task) && method.Method.ReturnType != typeof(void))
        {
            throw method.Refused($"the local host has no place for a {method.Method.ReturnType} that a message leads to; it takes a Task");
        }
    }

    private static string Resolve(FunctionMethod method, string name, IConfiguration configuration) =>
        BindingExpression().Replace(name, expression =>
            configuration[expression.Groups[1].Value] is { Length: > 0 } value
                ? value
                : throw method.Refused(
                    $"its queue is '{name}', but there is no app setting {expression.Groups[1].Value.Replace(ConfigurationPath.KeyDelimiter, "__", StringComparison.Ordinal)}"));

    private static QueueServiceClient Connect(FunctionMethod method, string connection, IConfiguration configuration)
    {
        if (configuration[connection] is not { Length: > 0 } connectionString)
        {
            throw method.Refused($"its connection is '{connection}', but there is no app setting {connection} with a connection string");
        }

        try
        {
            // Text as it was sent: the listener itself takes it out of Base64, if host.json says so.
            return new QueueServiceClient(connectionString, new QueueClientOptions
            {
                MessageEncoding = QueueMessageEncoding.None,

                // Storage on this machine answers soon or is not there; the client's own patience is half a minute.
                Retry = { MaxRetries = 3, MaxDelay = TimeSpan.FromSeconds(1) },
            });
        }
        catch (FormatException exception)
        {
            throw method.Refused($"the app setting {connection} is not a connection string", exception);
        }
    }

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex BindingExpression();

    [GeneratedRegex(@"\A(?=.{3,63}\z)[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex QueueName();
}
