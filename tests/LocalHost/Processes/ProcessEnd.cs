using System.Diagnostics;

namespace LocalHost;

internal static class ProcessEnd
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Closes the standard input of a process that exits with it, and kills it after ten seconds.</summary>
    public static async Task EndAsync(this Process process)
    {
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }
}
