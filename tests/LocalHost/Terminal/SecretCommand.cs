using System.CommandLine;
using System.Text.RegularExpressions;

namespace LocalHost;

/// <summary>The command <c>secret</c>: puts a secret into the vault of a running local host.</summary>
internal sealed partial class SecretCommand(TextWriter output, TextWriter error, SecretPrompt prompt)
{
    private readonly Argument<string> _name = new("name") { Description = "The secret's name, such as salesforce-client-secret." };
    private readonly Option<int> _port = LocalHostArguments.PortOption("--port", 7071, "The port of the functions of the local host.");

    public Command Build()
    {
        var command = new Command("secret", "Puts a secret into the vault of a running local host. Asks for its value.") { _name, _port };
        command.Validators.Add(result =>
        {
            if (result.GetValue(_name) is { } name && !SecretName().IsMatch(name))
            {
                result.AddError("A secret's name has 1 to 127 letters, digits and hyphens.");
            }
        });
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (name, port) = (arguments.GetValue(_name)!, arguments.GetValue(_port));
        if (VaultAccess.Of(port) is not { } vault)
        {
            await error.WriteLineAsync($"No local host runs on port {port}. Start it, or name its port by --port.");
            return 1;
        }

        if (await prompt.AskAsync(name, cancellationToken) is not { } value)
        {
            await error.WriteLineAsync("No value was given; nothing has changed.");
            return 1;
        }

        try
        {
            await vault.PutAsync(name, value, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            await error.WriteLineAsync($"The local host on port {port} does not answer: {exception.Message}");
            return 1;
        }

        await output.WriteLineAsync($"{name} is in the vault. The next login takes it; a refused one is remembered for ten seconds.");
        return 0;
    }

    // As Key Vault has it.
    [GeneratedRegex("^[0-9A-Za-z-]{1,127}$")]
    private static partial Regex SecretName();
}
