using System.Text;
using System.Threading.Channels;

namespace TestDrivers;

/// <summary>What a program prints, by lines, and a way to wait for one of them.</summary>
internal sealed class LineWriter : TextWriter
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _line = new();
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>The lines that are not empty, as far as they were printed before what the test awaited.</summary>
    public IReadOnlyList<string> Lines => ToString().Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries);

    public override void Write(char value)
    {
        lock (_gate)
        {
            _text.Append(value);
            if (value == '\n')
            {
                _lines.Writer.TryWrite(_line.ToString());
                _line.Clear();
            }
            else
            {
                _line.Append(value);
            }
        }
    }

    /// <summary>Waits for the next line that starts so.</summary>
    public async Task<string> LineAsync(string start)
    {
        await foreach (var line in _lines.Reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (line.StartsWith(start, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"No line begins with '{start}'.");
    }

    public override string ToString()
    {
        lock (_gate)
        {
            return _text.ToString();
        }
    }
}
