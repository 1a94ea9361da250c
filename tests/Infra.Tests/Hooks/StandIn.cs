namespace Infra.Tests.Hooks;

/// <summary>A folder for the PATH with stand-ins for <c>az</c> and <c>azd</c>, and what those know and were asked.</summary>
internal sealed class StandIn : IDisposable
{
    public const string FunctionKey = "the-function-key";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hooks-");

    public StandIn()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "vault"));
        Directory.CreateDirectory(Path.Combine(Folder, "environment"));
        Directory.CreateDirectory(Path.Combine(Folder, "bin"));
        File.WriteAllText(Path.Combine(Folder, "key"), FunctionKey);
        DeleteVaults();
        foreach (var program in new[] { "az", "azd" })
        {
            var path = Path.Combine(Folder, "bin", program);
            File.Copy(Repository.PathOf($"tests/Infra.Tests/Hooks/StandIns/{program}"), path);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
    }

    public string Folder => _folder.FullName;

    /// <summary>What a hook finds programs by: the stand-in first.</summary>
    public string SearchPath => $"{Path.Combine(Folder, "bin")}:{System.Environment.GetEnvironmentVariable("PATH")}";

    /// <summary>Names and values of the secrets.</summary>
    public IReadOnlyDictionary<string, string> Vault =>
        Directory.EnumerateFiles(Path.Combine(Folder, "vault")).ToDictionary(path => Path.GetFileName(path), File.ReadAllText);

    /// <summary>What hooks have set in azd's environment.</summary>
    public IReadOnlyDictionary<string, string> Environment =>
        Directory.EnumerateFiles(Path.Combine(Folder, "environment")).ToDictionary(path => Path.GetFileName(path), File.ReadAllText);

    /// <summary>The command lines that <c>az</c> was called with, and <c>azd</c> with its name before them.</summary>
    public string Calls => File.Exists(Path.Combine(Folder, "calls")) ? File.ReadAllText(Path.Combine(Folder, "calls")) : "";

    /// <summary>Names of the certificates, and the policies that they were made by.</summary>
    public IReadOnlyDictionary<string, string> Certificates => Directory.Exists(Path.Combine(Folder, "certificates"))
        ? Directory.EnumerateFiles(Path.Combine(Folder, "certificates")).ToDictionary(path => Path.GetFileName(path), File.ReadAllText)
        : new Dictionary<string, string>();

    public void Put(string secret, string value) => File.WriteAllText(Path.Combine(Folder, "vault", secret), value);

    /// <summary>Vaults in resource groups that were deleted and not purged, as <c>group/name</c>.</summary>
    public void DeleteVaults(params string[] vaults) => File.WriteAllLines(
        Path.Combine(Folder, "deleted"),
        vaults.Select(vault => vault.Split('/')).Select(vault => $"/subscriptions/s/resourceGroups/{vault[0]}/providers/Microsoft.KeyVault/vaults/{vault[1]}"));

    public void GiveToken(string token) => File.WriteAllText(Path.Combine(Folder, "token"), token);

    /// <summary>The next calls fail so.</summary>
    public void Refuse(int times, string error)
    {
        File.WriteAllText(Path.Combine(Folder, "refusals"), $"{times}");
        File.WriteAllText(Path.Combine(Folder, "refusal"), error);
    }

    public void RemoveAz() => File.Delete(Path.Combine(Folder, "bin", "az"));

    public void Dispose() => _folder.Delete(recursive: true);
}
