using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Bodies;

/// <summary>The body of a successful reply, on its way to the caller.</summary>
internal abstract class ReplyBody : IDisposable
{
    /// <summary>The whole length, when the whole body is here; <see langword="null"/> when there is more to come.</summary>
    public abstract long? Length { get; }

    /// <summary>The whole length, where it is known before the whole body is here.</summary>
    public virtual long? AnnouncedLength => Length;

    /// <summary>What the caller should know of the body, in the form of the header <c>Warning</c>; known when it has been written.</summary>
    /// <remarks>RFC 7234, 5.5.</remarks>
    public virtual string? Warning => null;

    /// <summary>Writes the body, reading what is still to come.</summary>
    /// <param name="stallTimeout">How long what is still to come may stand still.</param>
    /// <exception cref="IOException">The body broke off.</exception>
    /// <exception cref="ConnectorException">What is still to come is not to be had.</exception>
    public abstract Task CopyToAsync(Stream destination, TimeSpan stallTimeout, TimeProvider time, CancellationToken cancellationToken);

    /// <summary>Whether the exception says that a body could not be read to its end.</summary>
    public static bool IsBroken(Exception exception) => exception is IOException or InvalidDataException or HttpRequestException;

    public abstract void Dispose();
}
