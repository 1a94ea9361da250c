using System.Net;
using System.Net.Sockets;

namespace TestDrivers;

/// <summary>Ports on 127.0.0.1 for processes that are started again on the same one.</summary>
internal static class FreePort
{
    /// <summary>A port on which nobody listens now.</summary>
    /// <remarks>It is below those that the system gives to whoever asks for any, or another process could get it between two starts.</remarks>
    public static int Next()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(20_000, 32_000));
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
                // Taken, or kept by the system; there are others.
            }
        }
    }
}
