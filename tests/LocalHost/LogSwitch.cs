using Microsoft.Extensions.Logging;

namespace LocalHost;

/// <summary>The minimum level of the functions' log on the console. Initially Warning, to keep the pass readable.</summary>
internal sealed class LogSwitch
{
    private volatile LogLevel _level = LogLevel.Warning;

    public LogLevel Level
    {
        get => _level;
        set => _level = value;
    }
}
