namespace LocalHost;

/// <summary>The secrets of a local vault, with all versions.</summary>
internal sealed class VaultSecrets
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<SecretVersion>> _secrets = new(StringComparer.OrdinalIgnoreCase);
    private int _reads;
    private int? _failWith;

    public VaultSecrets(IReadOnlyDictionary<string, string> secrets)
    {
        foreach (var (name, value) in secrets)
        {
            Set(name, value);
        }
    }

    public int Reads
    {
        get { lock (_gate) { return _reads; } }
    }

    public IReadOnlyCollection<string> Names
    {
        get { lock (_gate) { return [.. _secrets.Keys]; } }
    }

    public int? FailWith
    {
        get { lock (_gate) { return _failWith; } }
        set { lock (_gate) { _failWith = value; } }
    }

    public Action<string>? OnMissing { get; set; }

    public void Set(string name, string value)
    {
        lock (_gate)
        {
            if (!_secrets.TryGetValue(name, out var versions))
            {
                _secrets[name] = versions = [];
            }

            versions.Add(new SecretVersion(Guid.NewGuid().ToString("N"), value));
        }
    }

    public void Remove(string name)
    {
        lock (_gate)
        {
            _secrets.Remove(name);
        }
    }

    /// <param name="version">A version; <see langword="null"/> for the current one.</param>
    public SecretVersion? Read(string name, string? version)
    {
        SecretVersion? found;
        lock (_gate)
        {
            found = _secrets.TryGetValue(name, out var versions)
                ? versions.FindLast(candidate => version is null || candidate.Id == version)
                : null;
            _reads += found is null ? 0 : 1;
        }

        if (found is null)
        {
            OnMissing?.Invoke(name);
        }

        return found;
    }
}

internal sealed record SecretVersion(string Id, string Value);
