using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Payloads.Requests;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Replies;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Operations.Apex;

/// <summary>An action to run, once for each input.</summary>
[Example("""{"type": "flow", "name": "Create_Follow_Up_Case", "inputs": [{"accountId": "001Dn0000070000IAA", "subject": "Call back"}]}""")]
[Example("""{"type": "quick", "name": "New_Contact", "objectType": "Account", "inputs": [{"contextId": "001Dn0000070000IAA", "record": {"LastName": "Levy"}}]}""")]
public sealed record InvokeActionPayload : Payload
{
    [Field(Id = "actionType")]
    public required ActionType Type { get; init; }

    [Field(Id = "actionName")]
    public required ActionName Name { get; init; }

    /// <summary>For quick actions: the sObject of the action. If absent, the action is global.</summary>
    [Field("Object of the quick action", Id = "objectType.action", Hint = "Quick actions only. Empty: a global one.")]
    public SObjectName? ObjectType { get; init; }

    public required ActionInputs Inputs { get; init; }

    internal override Repetition Repetition => Repetition.NotIdempotent;

    internal override void Validate()
    {
        base.Validate();
        if (ObjectType is not null && !Type.IsQuick)
        {
            throw new InvalidPayloadException(ErrorCodes.InvalidMember, "objectType", $"goes with the type \"quick\" only; the type is \"{Type}\"");
        }
    }
}

/// <summary>Runs a flow, an invocable Apex method, a standard action or a quick action, once for each input.</summary>
/// <remarks>Actions Developer Guide; REST API Developer Guide, "Quick Actions". A quick action is a call to Salesforce for each input.</remarks>
[Operation("Invoke action", "Run a flow, invocable Apex, a standard action or a quick action", "flow", "action", "invocable", "quick action")]
[Reply(200, "A result for each input, in their order. Those that failed are among them, with success false; if all fail, it is a problem.", Body = typeof(IReadOnlyList<ActionResultReply>))]
public sealed class InvokeAction(
    HttpOperation http, QueueOperation queue, SalesforceClient salesforce, IOptions<SalesforceOptions> options, TimeProvider time)
    : IOperation<InvokeActionPayload>
{
    [Function(nameof(InvokeAction))]
    public Task<IResult> FromHttp(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "actions")] HttpRequest request,
        CancellationToken cancellationToken) =>
        http.RunAsync(this, request, cancellationToken);

    [Function(nameof(InvokeAction) + QueueOperation.FromQueue)]
    public Task FromQueue(
        [QueueTrigger("salesforce-invoke-action", Connection = StorageConnection.Name)] string message,
        CancellationToken cancellationToken) =>
        queue.RunAsync(this, message, cancellationToken);

    public async Task<SalesforceReply> ExecuteAsync(InvokeActionPayload payload, OperationContext context, CancellationToken cancellationToken)
    {
        var inputs = payload.Inputs.Items;
        var path = $"{payload.Type.PathOf(payload.ObjectType)}/{payload.Name}";
        if (payload.Type.IsQuick)
        {
            return await RunOneByOneAsync(payload, path, context, cancellationToken).ConfigureAwait(false);
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(new ActionBody(payload.Inputs), RequestJson.Default.ActionBody);
        using var reply = await salesforce.SendAsync(
            payload,
            new SalesforceRequest(HttpMethod.Post, path, body)
            {
                Forms = ReplyForms.Outcomes,
                ReadsWhole = true,
                EarlierMayHaveRun = context.EarlierAttempt,
            },
            cancellationToken).ConfigureAwait(false);
        return Outcome.ToReply(Outcome.ReadAll(reply, inputs.Count), "inputs", reply);
    }

    private async Task<SalesforceReply> RunOneByOneAsync(
        InvokeActionPayload payload, string path, OperationContext context, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var inputs = payload.Inputs.Items;
        List<Outcome> outcomes = [];
        SalesforceReply? last = null;
        Problem? stopped = null;
        foreach (var input in inputs)
        {
            if (stopped is not null)
            {
                outcomes.Add(Outcome.Failed(
                    [new SalesforceError("This input was not sent, because an earlier input failed for a reason other than its content.", stopped.ErrorCode)], outcomeUnknown: false));
                continue;
            }

            try
            {
                if (either.IsCancellationRequested)
                {
                    throw new ConnectorException(SalesforceErrors.NotSent);
                }

                using var reply = await salesforce.SendAsync(
                    payload,
                    new SalesforceRequest(HttpMethod.Post, path, input) { Forms = ReplyForms.Outcome, ReadsWhole = true, EarlierMayHaveRun = context.EarlierAttempt },
                    either.Token).ConfigureAwait(false);
                using var document = ReplyForm.Parse(reply.Bytes);
                outcomes.Add(Outcome.Read(document.RootElement));
                last = reply;
            }
            catch (ConnectorException e) when (inputs.Count > 1 || !IsRefusal(e.Problem))
            {
                var isOver = e.Problem.ErrorCode == ErrorCodes.Stopping && !cancellationToken.IsCancellationRequested;
                var problem = isOver ? SalesforceErrors.TimeOver("inputs", e.Problem.OutcomeUnknown) : e.Problem;
                if (!IsRefusal(problem))
                {
                    // Without a success, the failure is that of the whole call, which can be repeated if the problem says so.
                    stopped = outcomes.Exists(outcome => outcome.Errors is null) ? problem : throw Fail(problem, outcomes.Count + 1, inputs.Count, e);
                }

                outcomes.Add(Outcome.Failed(problem));
            }
        }

        return Outcome.ToReply(outcomes, "inputs", last);
    }

    private static ConnectorException Fail(Problem problem, int number, int count, ConnectorException cause) => count == 1
        ? new ConnectorException(problem, cause)
        : new ConnectorException(
            problem.Add($"This was input {number} of {count}.{(number > 1 ? " Those before it were refused." : "")}{(number < count ? " Those after it were not sent." : "")}"),
            cause);

    /// <summary>Whether Salesforce has refused the input's content, and certainly not executed it.</summary>
    private static bool IsRefusal(Problem problem) => problem is { OutcomeUnknown: false } && problem.Type == ProblemKind.Refused.Type;
}

/// <summary>The result for one input.</summary>
[Field("Result")]
public sealed record ActionResultReply
{
    /// <summary>Whether the action ran for this input without an error.</summary>
    public required bool Success { get; init; }

    /// <summary>The action's name. Absent for quick actions.</summary>
    public string? ActionName { get; init; }

    /// <summary>The same as success. Absent for quick actions.</summary>
    [Field("Is success")]
    public bool IsSuccess { get; init; }

    /// <summary>The outputs of the action. A flow's include Flow__InterviewStatus.</summary>
    [Schema("""{ "type": ["object", "null"] }""")]
    public JsonObject? OutputValues { get; init; }

    /// <summary>For quick actions: the id of the created or changed record.</summary>
    [Field("Record ID")]
    public string? Id { get; init; }

    /// <summary>The errors. The code is in <c>statusCode</c>.</summary>
    [Schema("""{ "type": ["array", "null"] }""")]
    public IReadOnlyList<SalesforceErrorReply>? Errors { get; init; }

    /// <summary>True if it is unknown whether Salesforce ran the action.</summary>
    public bool OutcomeUnknown { get; init; }
}
