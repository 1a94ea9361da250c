using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Bodies;

/// <summary>The body of a successful reply.</summary>
internal abstract class ReplyBody : IDisposable
{
    /// <summary>The length of the body if all of it is buffered; <see langword="null"/> while more is to be received.</summary>
    public abstract long? Length { get; }

    /// <summary>The length of the body if it is known before all of it is buffered.</summary>
    public virtual long? AnnouncedLength => Length;

    /// <summary>A warning for the caller, as a value of the header <c>Warning</c>; known after the body has been written.</summary>
    /// <remarks>RFC 7234, 5.5.</remarks>
    public virtual string? Warning => null;

    /// <summary>Writes the body, and receives the rest of it meanwhile.</summary>
    /// <param name="stallTimeout">The longest pause between two reads.</param>
    /// <exception cref="IOException">The connection failed before the end of the body.</exception>
    /// <exception cref="ConnectorException">A later part of the body could not be fetched.</exception>
    public abstract Task CopyToAsync(Stream destination, TimeSpan stallTimeout, TimeProvider time, CancellationToken cancellationToken);

    /// <summary>Whether the exception reports an incomplete body.</summary>
    public static bool IsBroken(Exception exception) => exception is IOException or InvalidDataException or HttpRequestException;

    public abstract void Dispose();
}
