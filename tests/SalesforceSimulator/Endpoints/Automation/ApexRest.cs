using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Endpoints.Automation;

/// <summary>One call under <c>/services/apexrest</c>.</summary>
/// <param name="Path">Split and decoded.</param>
internal sealed record ApexCall(
    Org Org, string Method, IReadOnlyList<string> Path, IReadOnlyDictionary<string, StringValues> Query, IHeaderDictionary Headers, ReadOnlyMemory<byte> Body);

/// <summary>
/// The org's Apex classes: orders in memory, a report in CSV, one that tells what it was called with, one that fails, and one
/// that the user may not call.
/// </summary>
internal static class ApexRest
{
    private static readonly string[] Told = ["accept", "idempotency-key", "if-", "sforce-", "x-"];

    public static void LoadOrders(Dictionary<string, JsonObject> orders)
    {
        orders.Clear();
        orders["4711"] = Order("4711", "Express Logistics and Transport", 1250.50m, "open");
        orders["A/1 ü"] = Order("A/1 ü", "Müller & Söhne GmbH", 99m, "closed");
    }

    public static Reply Dispatch(ApexCall call)
    {
        try
        {
            if (call.Headers.Accept.ToString().Contains("xml", StringComparison.OrdinalIgnoreCase))
            {
                throw new NotKnownException("what an Apex class answers in XML");
            }

            return call.Path switch
            {
                ["orders"] => Route(call, ("POST", CreateOrder)),
                ["orders", var number] => Route(
                    call,
                    ("GET", one => Find(one, number)),
                    ("PUT", one => PutOrder(one, number)),
                    ("PATCH", one => ChangeOrder(one, number)),
                    ("DELETE", one => DeleteOrder(one, number))),
                ["report"] => Route(call, ("GET", _ => new Reply(200) { Content = ("text/csv;charset=UTF-8", "Month,Orders\nJanuary,12\n"u8.ToArray()) })),
                ["echo", ..] => Echo(call),
                ["failing"] => throw new ApiException(500, new ApiError(
                    "APEX_ERROR", "System.DmlException: Insert failed. First exception on row 0; first error: REQUIRED_FIELD_MISSING\n\nClass.Failing.run: line 5, column 1")),
                // The code is an assumption; the status is documented.
                ["closed"] => throw new ApiException(403, new ApiError("FORBIDDEN", "You do not have access to the Apex class named: Closed")),
                _ => throw new ApiException(404, new ApiError("NOT_FOUND", "Could not find a match for URL")),
            };
        }
        catch (ApiException exception)
        {
            return Reply.Error(exception, version: "");
        }
    }

    private static Reply Route(ApexCall call, params (string Method, Func<ApexCall, Reply> Run)[] methods) =>
        (Array.Find(methods, method => method.Method == call.Method).Run
            ?? throw Errors.MethodNotAllowed(call.Method, methods.Select(method => method.Method)))(call);

    private static Reply CreateOrder(ApexCall call)
    {
        var parameters = Parameters(call, "customer", "amount");
        var number = $"{5000 + call.Org.Orders.Count}";
        var order = Order(number, (string?)parameters["customer"], (decimal?)parameters["amount"] ?? 0, "open");
        call.Org.Orders[number] = order;
        return Reply.Json(201, order.DeepClone());
    }

    private static Reply PutOrder(ApexCall call, string number)
    {
        var parameters = Parameters(call, "customer", "amount");
        var order = Order(number, (string?)parameters["customer"], (decimal?)parameters["amount"] ?? 0, "open");
        call.Org.Orders[number] = order;
        return Reply.Json(200, order.DeepClone());
    }

    // A void method.
    private static Reply ChangeOrder(ApexCall call, string number)
    {
        var parameters = Parameters(call, "status");
        if (!call.Org.Orders.TryGetValue(number, out var order))
        {
            return Missing(number);
        }

        order["status"] = parameters["status"]?.DeepClone();
        return Reply.NoContent;
    }

    private static Reply DeleteOrder(ApexCall call, string number) =>
        call.Org.Orders.Remove(number) ? Reply.Json(200, new JsonObject { ["deleted"] = number }) : Missing(number);

    private static Reply Find(ApexCall call, string number) =>
        call.Org.Orders.TryGetValue(number, out var order) ? Reply.Json(200, order.DeepClone()) : Missing(number);

    // The class's own words, not the platform's.
    private static Reply Missing(string number) => Reply.Json(404, new JsonObject { ["reason"] = "NO_SUCH_ORDER", ["number"] = number });

    private static Reply Echo(ApexCall call) => Reply.Json(200, new JsonObject
    {
        ["method"] = call.Method,
        ["path"] = new JsonArray([.. call.Path.Skip(1).Select(segment => (JsonNode)segment)]),
        ["query"] = new JsonObject(call.Query.Select(parameter => KeyValuePair.Create(parameter.Key, (JsonNode?)parameter.Value.ToString()))),
        ["headers"] = new JsonObject(call.Headers
            .Where(header => Array.Exists(Told, told => header.Key.StartsWith(told, StringComparison.OrdinalIgnoreCase)))
            .Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value.ToString()))),
        ["body"] = Encoding.UTF8.GetString(call.Body.Span),
    });

    /// <summary>The parameters of an Apex method, which are the members of the body.</summary>
    private static JsonObject Parameters(ApexCall call, params string[] names)
    {
        if (call.Headers.ContentType.ToString() is var type && !type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
        {
            throw Errors.UnsupportedMediaType(type);
        }

        JsonObject? body;
        try
        {
            body = JsonNode.Parse(call.Body.Span) as JsonObject;
            body?.ContainsKey("");
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            throw Errors.Json("Unexpected character");
        }

        // The words are an assumption.
        return body is null ? throw Errors.Json("HTTP body must be a JSON object")
            : body.FirstOrDefault(member => !names.Contains(member.Key)).Key is { } unknown ? throw Errors.Json($"Unexpected parameter encountered during deserialization: {unknown}")
            : body.Any(member => member.Value is JsonObject or JsonArray) ? throw Errors.Json("Illegal value for primitive")
            : body["amount"] is JsonValue amount && amount.GetValueKind() != JsonValueKind.Number ? throw Errors.Json("Illegal value for primitive")
            : names.Where(name => name != "amount").Any(name => body[name] is JsonValue text && text.GetValueKind() != JsonValueKind.String) ? throw Errors.Json("Illegal value for primitive")
            : body;
    }

    private static JsonObject Order(string number, string? customer, decimal amount, string status) =>
        new() { ["number"] = number, ["customer"] = customer, ["amount"] = amount, ["status"] = status };
}
