using Azure;

namespace Connector.Tests.Queues.Steps;

/// <summary>Whom a step asks.</summary>
internal enum Service
{
    Table,
    Queue,
    Blob,
    Salesforce,

    /// <summary>Who gets an event delivered.</summary>
    Receiver,
}

/// <summary>What happens at a step.</summary>
internal enum Failure
{
    /// <summary>The process dies before the request is sent.</summary>
    DiesBefore,

    /// <summary>The process dies after the request took effect.</summary>
    DiesAfter,

    /// <summary>The request fails, and had no effect.</summary>
    Fails,

    /// <summary>The request takes effect, and its answer is lost.</summary>
    AnswerLost,

    /// <summary>The storage client sends the request twice, as the first answer was lost, and gets the second answer.</summary>
    SentTwice,

    /// <summary>All requests to that service fail for an hour.</summary>
    FailsForAnHour,

    /// <summary>All requests of that kind fail for an hour, such as those to one queue, and others to the service do not.</summary>
    KindFailsForAnHour,
}

/// <summary>The process has died: nothing that it still does has any effect.</summary>
internal sealed class ProcessDiedException : Exception
{
    public ProcessDiedException()
        : base("The process has died.")
    {
    }
}

/// <summary>Numbers every request to Storage, every call to Salesforce and every delivery, and lets one of them fail.</summary>
internal sealed class StepRecorder(TimeProvider time)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly List<(Service Service, string Name)> _steps = [];
    private (Service Service, string? Name, DateTimeOffset Until)? _outage;
    private int _active;

    /// <summary>The steps so far.</summary>
    public IReadOnlyList<(Service Service, string Name)> All => _steps;

    /// <summary>The step that fails, from 0; -1: none.</summary>
    public int FailsAt { get; set; } = -1;

    public Failure Failure { get; set; }

    /// <summary>Steps that fail, each time.</summary>
    public Func<Service, string, bool> Refuses { get; set; } = (_, _) => false;

    /// <summary>Steps at which the process dies, each time, after the request took effect.</summary>
    public Func<Service, string, bool> Kills { get; set; } = (_, _) => false;

    /// <summary>Whether the process has died and has not been started again.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Where each step waits for its turn, before it is carried out.</summary>
    public Func<Task> TurnAsync { get; set; } = () => Task.CompletedTask;

    /// <summary>Whether a step is being carried out, or waits for its turn.</summary>
    public bool IsActive => Volatile.Read(ref _active) > 0;

    /// <summary>Whether it is a part of Storage, whose client repeats requests by itself.</summary>
    public static bool IsStorage(Service service) => service is Service.Table or Service.Queue or Service.Blob;

    public void Restart() => IsDead = false;

    public async Task<T> RunAsync<T>(Service service, string name, Func<Task<T>> effectAsync)
    {
        Interlocked.Increment(ref _active);
        try
        {
            return await RunInTurnAsync(service, name, effectAsync);
        }
        finally
        {
            Interlocked.Decrement(ref _active);
        }
    }

    private async Task<T> RunInTurnAsync<T>(Service service, string name, Func<Task<T>> effectAsync)
    {
        await TurnAsync();
        int number;
        lock (_lock)
        {
            if (IsDead)
            {
                throw new ProcessDiedException();
            }

            number = _steps.Count;
            _steps.Add((service, name));
        }

        if (Kills(service, name))
        {
            await SwallowAsync(effectAsync);
            throw Die();
        }

        if (IsOut(service, name) || Refuses(service, name))
        {
            throw Refusal(service);
        }

        if (number != FailsAt)
        {
            return await effectAsync();
        }

        switch (Failure)
        {
            case Failure.DiesBefore:
                throw Die();
            case Failure.DiesAfter:
                await SwallowAsync(effectAsync);
                throw Die();
            case Failure.AnswerLost:
                await SwallowAsync(effectAsync);
                throw Loss(service);
            case Failure.SentTwice:
                await SwallowAsync(effectAsync);
                return await effectAsync();
            case Failure.FailsForAnHour:
                _outage = (service, null, time.GetUtcNow() + Hour);
                throw Refusal(service);
            case Failure.KindFailsForAnHour:
                _outage = (service, name, time.GetUtcNow() + Hour);
                throw Refusal(service);
            default:
                throw Refusal(service);
        }
    }

    /// <summary>Until when the whole service does not answer; <see langword="null"/> if it does.</summary>
    public DateTimeOffset? OutageOf(Service service) =>
        _outage is { Name: null } outage && outage.Service == service && time.GetUtcNow() < outage.Until ? outage.Until : null;

    private bool IsOut(Service service, string name) =>
        _outage is { } outage && outage.Service == service && (outage.Name ?? name) == name && time.GetUtcNow() < outage.Until;

    private ProcessDiedException Die()
    {
        IsDead = true;
        return new ProcessDiedException();
    }

    // Also a refusal is an answer that gets lost.
    private static async Task SwallowAsync<T>(Func<Task<T>> effectAsync)
    {
        try
        {
            await effectAsync();
        }
        catch (RequestFailedException)
        {
            // The second one gets the same, or what has changed by then.
        }
    }

    private static Exception Refusal(Service service) => IsStorage(service)
        ? new RequestFailedException(503, "The server is busy.", "ServerBusy", null)
        : new HttpRequestException(HttpRequestError.ConnectionError, "Refused.");

    private static Exception Loss(Service service) => IsStorage(service)
        ? new RequestFailedException(0, "The connection was closed.")
        : new HttpRequestException(HttpRequestError.ResponseEnded, "The connection was closed.");
}
