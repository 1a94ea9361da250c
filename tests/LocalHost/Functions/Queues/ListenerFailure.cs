using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Microsoft.Azure.WebJobs.Host.Timers;

namespace LocalHost;

/// <summary>Receives exceptions on the extension's own threads. The default handler would end the process.</summary>
internal sealed class ListenerFailure : IWebJobsExceptionHandler
{
    private readonly Channel<Exception> _exceptions = Channel.CreateBounded<Exception>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public Task<Exception> NextAsync(CancellationToken cancellationToken) => _exceptions.Reader.ReadAsync(cancellationToken).AsTask();

    public Task OnTimeoutExceptionAsync(ExceptionDispatchInfo exceptionInfo, TimeSpan timeoutGracePeriod) => OnUnhandledExceptionAsync(exceptionInfo);

    public Task OnUnhandledExceptionAsync(ExceptionDispatchInfo exceptionInfo)
    {
        _exceptions.Writer.TryWrite(exceptionInfo.SourceException);
        return Task.CompletedTask;
    }
}
