using Microsoft.Extensions.Logging;

namespace LocalHost;

/// <summary>From which level on the functions' log is printed: warnings and worse, so that the pass stays readable, until it is told otherwise.</summary>
internal sealed class LogSwitch
{
    private volatile LogLevel _level = LogLevel.Warning;

    public LogLevel Level
    {
        get => _level;
        set => _level = value;
    }
}
