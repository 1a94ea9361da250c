// The attributes of the Functions worker that the functions use, for builds without the worker's packages
// (FunctionsWorker=false). Names, constructors, properties and defaults are those of
// Microsoft.Azure.Functions.Worker 2.52, .Extensions.Http 3.3 and .Extensions.Storage.Queues 5.5; no more than the functions use.
#pragma warning disable CA1019 // Accessors for attribute arguments: the worker's own attributes are mirrored, as they are.
#pragma warning disable CA1813 // Unsealed attributes: likewise.

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Marks a method as a function, by its name at the host.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class FunctionAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>Marks the parameter that an HTTP request starts a function with.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class HttpTriggerAttribute : Attribute
{
    public HttpTriggerAttribute() => AuthLevel = AuthorizationLevel.Function;

    /// <remarks>Leaves the level <see cref="AuthorizationLevel.Anonymous"/>, as the worker's does.</remarks>
    public HttpTriggerAttribute(params string[] methods) => Methods = methods;

    public HttpTriggerAttribute(AuthorizationLevel authLevel) => AuthLevel = authLevel;

    public HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods)
    {
        AuthLevel = authLevel;
        Methods = methods;
    }

    /// <summary>The route under the host's prefix; the function's name when absent.</summary>
    public string? Route { get; set; }

    public string[]? Methods { get; private set; }

    public AuthorizationLevel AuthLevel { get; private set; }
}

/// <summary>Marks the parameter that a queue message starts a function with.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class QueueTriggerAttribute(string queueName) : Attribute
{
    /// <summary>The queue; <c>%Section:Key%</c> stands for an app setting.</summary>
    public string QueueName { get; } = queueName;

    /// <summary>The app setting, or group of them, that says where the queue is.</summary>
    public string? Connection { get; set; }
}

/// <summary>The key a caller of an HTTP function must show.</summary>
public enum AuthorizationLevel
{
    Anonymous = 0,
    User = 1,
    Function = 2,
    System = 3,
    Admin = 4,
}
