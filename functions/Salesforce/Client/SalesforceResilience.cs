using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Timeout;

namespace SalesforceConnector.Salesforce.Client;

/// <summary>The timeouts and retries of calls and logins.</summary>
internal static class SalesforceResilience
{
    private const int LoginRetries = 2;

    /// <summary>
    /// For API calls (<see cref="SalesforceErrors.FromReply"/> classifies failures). Repeatable requests are retried after any transient failure; other requests only if they were
    /// certainly not executed. An upsert that gets DUPLICATE_VALUE after an attempt of unknown outcome is retried once.
    /// </summary>
    public static void ForCalls(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<SalesforceOptions>>().Value;
        pipeline.TimeProvider = services.GetRequiredService<TimeProvider>();
        pipeline.AddTimeout(Limit(options.Timeout));
        if (options.MaxRetries > 0)
        {
            pipeline.AddRetry(Retry(options.MaxRetries, options.RetryDelay, args => args.Outcome.Exception switch
            {
                SalesforceException { Failure: CallFailure.NotExecuted } => true,
                SalesforceException { Failure: CallFailure.NoAnswer } or TimeoutRejectedException =>
                    args.Context.GetRequestMessage() is { } request && SalesforceCall.Get(request).IsRepeatable,
                _ => false,
            }));
        }

        // An earlier attempt of the upsert has probably created the record in the meantime, so the retry updates it.
        pipeline.AddRetry(Retry(attempts: 1, options.RetryDelay, args =>
            args.Outcome.Exception is SalesforceException { Failure: CallFailure.Refused, Problem.ErrorCode: SalesforceErrors.DuplicateValue }
            && args.Context.GetRequestMessage() is { } request
            && SalesforceCall.Get(request) is { EarlierMayHaveRun: true, IsRepeatable: true }));
        pipeline.AddTimeout(Limit(options.AttemptTimeout));
    }

    /// <summary>For logins, which change no data: retried unless Salesforce rejects them.</summary>
    public static void ForLogins(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<SalesforceOptions>>().Value;
        pipeline.TimeProvider = services.GetRequiredService<TimeProvider>();
        pipeline.AddRetry(Retry(LoginRetries, options.RetryDelay, args =>
            args.Outcome.Exception is HttpRequestException or TimeoutRejectedException
            || args.Outcome.Result is { StatusCode: >= System.Net.HttpStatusCode.InternalServerError }));
        pipeline.AddTimeout(options.LoginTimeout);
    }

    private static TimeoutStrategyOptions Limit(TimeSpan time) => new()
    {
        TimeoutGenerator = args => ValueTask.FromResult(
            args.Context.GetRequestMessage() is { } request && SalesforceCall.Get(request).IsUpload ? Timeout.InfiniteTimeSpan : time),
    };

    private static HttpRetryStrategyOptions Retry(
        int attempts, TimeSpan delay, Func<Polly.Retry.RetryPredicateArguments<HttpResponseMessage>, bool> shouldHandle) => new()
        {
            MaxRetryAttempts = attempts,
            Delay = delay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldRetryAfterHeader = false,
            ShouldHandle = args => ValueTask.FromResult(shouldHandle(args)),
        };
}
