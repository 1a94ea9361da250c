using System.Text;

namespace LocalHost;

/// <summary>Asks for secrets on the terminal. They are not shown, and never arguments, which others see and shells keep.</summary>
/// <param name="input">What is read from instead of the terminal, a line for each secret.</param>
internal sealed class SecretPrompt(TextWriter output, TextReader? input)
{
    /// <returns>The secret; <see langword="null"/> if none was given.</returns>
    public async Task<string?> AskAsync(string name, CancellationToken cancellationToken)
    {
        await output.WriteAsync($"{name} (not shown): ");
        var reader = input ?? (Console.IsInputRedirected ? Console.In : null);
        var value = reader is null ? ReadKeys() : await reader.ReadLineAsync(cancellationToken);
        await output.WriteLineAsync();
        return string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    }

    private static string ReadKeys()
    {
        var value = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
            {
                return value.ToString();
            }

            if (key.Key == ConsoleKey.Backspace)
            {
                value.Length = Math.Max(value.Length - 1, 0);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                value.Append(key.KeyChar);
            }
        }
    }
}
