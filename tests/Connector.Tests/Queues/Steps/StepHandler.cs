namespace Connector.Tests.Queues.Steps;

/// <summary>Innermost of an HTTP client's handlers: each call to Salesforce or a receiver is a step.</summary>
internal sealed class StepHandler(StepRecorder steps, Service service) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        steps.RunAsync(service, $"{request.Method} {request.RequestUri!.AbsolutePath}", () => base.SendAsync(request, cancellationToken));
}
