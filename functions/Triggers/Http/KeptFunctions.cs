using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using SalesforceConnector.Triggers.Queues.Redrive;

namespace SalesforceConnector.Triggers.Http;

/// <summary>Lists the messages on the poison queue. For operators: requires the app's master key.</summary>
public sealed class ListKeptMessages(HttpOperation http, KeptMessages kept)
{
    [Function(nameof(ListKeptMessages))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Admin, "get", Route = "kept")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(
            nameof(ListKeptMessages),
            request,
            async cancellation => TypedResults.Json(
                await kept.ListAsync(request.Query["messages"] == "true", cancellation).ConfigureAwait(false), TriggerJson.Readable.KeptList),
            cancellationToken);
}

/// <summary>Sends messages from the poison queue back to their operations' queues.</summary>
public sealed class SendKeptMessages(HttpOperation http, KeptMessages kept)
{
    [Function(nameof(SendKeptMessages))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = "kept/send")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(
            nameof(SendKeptMessages),
            request,
            async cancellation => TypedResults.Json(
                await kept.SendAsync(await http.ReadAsync(request, TriggerJson.Default.KeptRequest, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false),
                TriggerJson.Readable.KeptOutcome),
            cancellationToken);
}

/// <summary>Deletes messages from the poison queue.</summary>
public sealed class DropKeptMessages(HttpOperation http, KeptMessages kept)
{
    [Function(nameof(DropKeptMessages))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = "kept/drop")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(
            nameof(DropKeptMessages),
            request,
            async cancellation => TypedResults.Json(
                await kept.DropAsync(await http.ReadAsync(request, TriggerJson.Default.KeptRequest, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false),
                TriggerJson.Readable.KeptOutcome),
            cancellationToken);
}
