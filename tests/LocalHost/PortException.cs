namespace LocalHost;

/// <summary>A port is not available. The message names the option to set another.</summary>
internal sealed class PortException(int port, string option, Exception innerException)
    : Exception($"Cannot listen on port {port} ({innerException.Message.TrimEnd('.')}). Set another with {option}, or 0 for any free one.", innerException);
