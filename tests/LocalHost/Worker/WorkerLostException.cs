namespace LocalHost;

/// <summary>The worker ended, by itself or killed, before it answered.</summary>
internal sealed class WorkerLostException() : Exception("The worker has ended.");
