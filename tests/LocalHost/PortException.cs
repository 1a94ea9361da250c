namespace LocalHost;

/// <summary>A port cannot be listened on; the message names the option that gives another.</summary>
internal sealed class PortException(int port, string option, Exception innerException)
    : Exception($"Cannot listen on port {port} ({innerException.Message.TrimEnd('.')}). Give another with {option}, or 0 for a free one.", innerException);
