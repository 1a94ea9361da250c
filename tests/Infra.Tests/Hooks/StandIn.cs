namespace Infra.Tests.Hooks;

/// <summary>A folder for the PATH with a stand-in for <c>az</c>, and what that one knows and was asked.</summary>
internal sealed class StandIn : IDisposable
{
    public const string FunctionKey = "the-function-key";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hooks-");

    public StandIn()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "vault"));
        Directory.CreateDirectory(Path.Combine(Folder, "bin"));
        File.WriteAllText(Path.Combine(Folder, "key"), FunctionKey);
        var az = Path.Combine(Folder, "bin", "az");
        File.Copy(Repository.PathOf("tests/Infra.Tests/Hooks/StandIns/az"), az);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(az, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public string Folder => _folder.FullName;

    /// <summary>What a hook finds programs by: the stand-in first.</summary>
    public string SearchPath => $"{Path.Combine(Folder, "bin")}:{Environment.GetEnvironmentVariable("PATH")}";

    /// <summary>Names and values of the secrets.</summary>
    public IReadOnlyDictionary<string, string> Vault =>
        Directory.EnumerateFiles(Path.Combine(Folder, "vault")).ToDictionary(path => Path.GetFileName(path), File.ReadAllText);

    /// <summary>The command lines that <c>az</c> was called with.</summary>
    public string Calls => File.Exists(Path.Combine(Folder, "calls")) ? File.ReadAllText(Path.Combine(Folder, "calls")) : "";

    /// <summary>Names of the certificates, and the policies that they were made by.</summary>
    public IReadOnlyDictionary<string, string> Certificates => Directory.Exists(Path.Combine(Folder, "certificates"))
        ? Directory.EnumerateFiles(Path.Combine(Folder, "certificates")).ToDictionary(path => Path.GetFileName(path), File.ReadAllText)
        : new Dictionary<string, string>();

    public void Put(string secret, string value) => File.WriteAllText(Path.Combine(Folder, "vault", secret), value);

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
