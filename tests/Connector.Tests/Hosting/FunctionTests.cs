using System.Reflection;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Operations;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Events;
using SalesforceConnector.Triggers.Http.Documents;
using SalesforceConnector.Triggers.Queues;
using SalesforceConnector.Triggers.Timers;

namespace Connector.Tests.Hosting;

/// <summary>What the functions have in common; names the line that a new operation forgot.</summary>
public sealed class FunctionTests
{
    private static readonly Assembly App = typeof(ConnectorServices).Assembly;

    private static readonly MethodInfo[] Functions =
    [
        .. from type in App.GetTypes()
           from method in type.GetMethods()
           where method.GetCustomAttribute<FunctionAttribute>() is not null
           select method,
    ];

    // What is an operation by its class, whatever functions it has.
    private static readonly string[] Operations =
    [
        .. from type in App.GetTypes()
           where type.GetInterfaces().Any(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IOperation<>))
           select type.Name,
    ];

    // What tells nothing that is not in the repository, and changes nothing.
    private static readonly string[] Anonymous = ["GetOpenApi", "GetOpenApiV2", "GetDocs"];

    // What operators do, with the master key.
    private static readonly string[] Admin = ["ListKeptMessages", "SendKeptMessages", "DropKeptMessages"];

    [Fact]
    public void Every_operation_comes_by_HTTP_and_by_queue_and_timers_see_to_the_rest() =>
        Functions.Select(method => method.GetCustomAttribute<FunctionAttribute>()!.Name).ShouldBe(
            [.. Operations, .. Operations.Select(name => $"{name}FromQueue"), "Housekeeping", "ReceiveEvents", "DeliverEvent", "GetResult", .. Anonymous, .. Admin],
            ignoreOrder: true);

    [Fact]
    public void Every_queue_is_named_by_rule()
    {
        QueueOptions.Operations.Keys.ShouldBe(Operations, ignoreOrder: true);
        foreach (var (operation, queue) in QueueOptions.Operations)
        {
            queue.ShouldBe(OperationQueues.NameOf(operation));
        }

        OperationQueues.NameOf("GetRecords").ShouldBe("salesforce-get-records");
    }

    [Fact]
    public void The_workers_metadata_has_every_function_and_names_that_the_scale_controller_can_read()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "functions.metadata"));
        var bindings = JsonNode.Parse(text)!.AsArray().ToDictionary(
            function => (string)function!["name"]!, function => function!["bindings"]!.AsArray().First(binding => (string?)binding!["direction"] == "In")!.AsObject());

        text.ShouldNotContain("%");
        bindings.Keys.ShouldBe(Functions.Select(method => method.GetCustomAttribute<FunctionAttribute>()!.Name), ignoreOrder: true);
        foreach (var operation in Operations)
        {
            var queue = bindings[$"{operation}FromQueue"];
            ((string?)queue["type"]).ShouldBe("queueTrigger");
            ((string?)queue["queueName"]).ShouldBe(OperationQueues.NameOf(operation));
            ((string?)Property(queue, "connection")).ShouldBe("Storage");
        }

        ((string?)bindings["DeliverEvent"]["queueName"]).ShouldBe(OperationQueues.NameOf("DeliverEvent"));
        ((string?)Property(bindings["DeliverEvent"], "connection")).ShouldBe("Storage");
        foreach (var (name, trigger, _) in Operation.HttpFunctions)
        {
            ((string?)bindings[name]["type"]).ShouldBe("httpTrigger");
            ((string?)bindings[name]["route"]).ShouldBe(trigger.Route);
            ((string?)bindings[name]["authLevel"]).ShouldBe(trigger.AuthLevel.ToString());
            bindings[name]["methods"]!.AsArray().Select(method => (string?)method).ShouldBe(trigger.Methods);
        }

        bindings.Where(function => (string?)function.Value["type"] == "timerTrigger")
            .Select(function => (function.Key, (string?)function.Value["schedule"]))
            .ShouldBe([("Housekeeping", Housekeeping.Schedule), ("ReceiveEvents", ReceiveEvents.Schedule)], ignoreOrder: true);

        static JsonNode? Property(JsonObject binding, string name) =>
            binding.FirstOrDefault(member => member.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
    }

    [Fact]
    public void Functions_and_their_classes_are_public_as_the_workers_source_generator_skips_others() =>
        Functions.ShouldAllBe(method => method.IsPublic && method.DeclaringType!.IsPublic);

    [Fact]
    public void Every_HTTP_function_asks_for_a_key_but_the_documents_and_has_one_method_and_a_route_of_its_own()
    {
        Operation.HttpFunctions.ShouldAllBe(function => function.Trigger.AuthLevel ==
            (Anonymous.Contains(function.Name) ? AuthorizationLevel.Anonymous
            : Admin.Contains(function.Name) ? AuthorizationLevel.Admin
            : AuthorizationLevel.Function));

        var triggers = Operation.HttpFunctions.Select(function => function.Trigger).ToArray();
        triggers.ShouldAllBe(trigger => trigger.Methods!.Length == 1);
        triggers.Select(trigger => trigger.Route).ShouldBeUnique();
        triggers.ShouldAllBe(trigger => !string.IsNullOrEmpty(trigger.Route));
    }

    [Fact]
    public void Every_payload_has_its_strict_JSON()
    {
        foreach (var payload in App.GetTypes().Where(type => type.IsSubclassOf(typeof(Payload)) && !type.IsAbstract))
        {
            OperationJson.Default.GetTypeInfo(payload).ShouldNotBeNull($"[JsonSerializable(typeof({payload.Name}))] is missing at OperationJson");
        }

        var options = OperationJson.Default.Options;
        options.AllowDuplicateProperties.ShouldBeFalse();
        options.RespectNullableAnnotations.ShouldBeTrue();
        options.RespectRequiredConstructorParameters.ShouldBeTrue();
        options.PropertyNameCaseInsensitive.ShouldBeFalse();
        options.UnmappedMemberHandling.ShouldBe(System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow);
    }

    [Fact]
    public void What_functions_are_made_of_is_registered()
    {
        var services = new Microsoft.Extensions.DependencyInjection.ServiceCollection();
        services.AddSalesforceConnector();

        foreach (var type in Functions.SelectMany(method => method.DeclaringType!.GetConstructors().Single().GetParameters()).Select(parameter => parameter.ParameterType))
        {
            services.ShouldContain(
                service => service.ServiceType == type || (type.IsGenericType && service.ServiceType == type.GetGenericTypeDefinition()),
                $"{type.Name} is missing at AddSalesforceConnector");
        }
    }

    [Fact]
    public void The_local_attributes_have_the_workers_defaults()
    {
        // The worker's own: no arguments mean a function key, methods alone mean anybody.
        new HttpTriggerAttribute().AuthLevel.ShouldBe(AuthorizationLevel.Function);
        new HttpTriggerAttribute("get").AuthLevel.ShouldBe(AuthorizationLevel.Anonymous);
        new HttpTriggerAttribute(AuthorizationLevel.Admin, "get", "post").Methods.ShouldBe(["get", "post"]);
        new HttpTriggerAttribute().Methods.ShouldBeNull();
        typeof(FunctionAttribute).IsSealed.ShouldBeFalse();
        typeof(HttpTriggerAttribute).IsSealed.ShouldBeTrue();
    }

    [Fact]
    public void The_sample_of_local_settings_has_settings_that_exist()
    {
        var values = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "local.settings.sample.json")))!["Values"]!.AsObject();
        var known = new[] { typeof(SalesforceOptions), typeof(KeyVaultOptions), typeof(QueueOptions), typeof(OpenApiOptions) }.SelectMany(options =>
            options.GetProperties().Select(property => $"{options.GetField("SectionName")!.GetRawConstantValue()}__{property.Name}")).ToArray();

        values.Select(value => value.Key)
            .Where(name => name is not ("FUNCTIONS_WORKER_RUNTIME" or "AzureWebJobsStorage" or "Storage"))
            .ShouldAllBe(name => known.Contains(name));
    }
}
