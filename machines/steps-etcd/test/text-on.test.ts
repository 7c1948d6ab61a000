import { fakeHands } from '../../../test/machines/fake-hands';
import { textOn } from '../src';

test('a file that can’t be read is not an empty one', async () => {
  const read = (exit: number) =>
    textOn(
      fakeHands({ read: () => ({ exit, stdout: Buffer.from('half'), stderr: Buffer.from('I/O error') }) }).on(
        'etcd1',
      ),
      '/f',
    );
  expect(await read(0)).toBe('half');
  await expect(read(1)).rejects.toMatchObject({
    code: 'E_COMMAND',
    message: "etcd1: /f can't be read: I/O error",
  });
});
