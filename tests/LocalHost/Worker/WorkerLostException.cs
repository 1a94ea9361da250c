namespace LocalHost;

/// <summary>The worker ended or was killed before it responded.</summary>
internal sealed class WorkerLostException() : Exception("The worker has ended.");
