using System.Text;
using LocalHost;

// Sample data has names such as Müller, whatever the console's own encoding.
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
return await LocalHostCommand.InvokeAsync(args, Console.Out, Console.Error);
